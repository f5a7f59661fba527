"""What the rooms count with. They neither know nor load Prometheus."""

from app.metrics.table import Metric


class Meter:
    """Counts nothing: for commands that end before anybody could look. `PrometheusMeter` counts.

    Labels are given in the order of the metric's. They come from the configuration or from a fixed list, never from
    what a stranger sends. Who counts goes on, whatever goes wrong here: nothing is raised.
    """

    def count(self, metric: Metric, *labels: str | None) -> None:
        """One more. None is no value: the label is empty."""

    def observe(self, metric: Metric, seconds: float, *labels: str | None) -> None:
        """It took so long."""

    def set(self, metric: Metric, value: float, *labels: str | None) -> None:
        """It is so much now, in the whole service."""

    def latest(self, metric: Metric) -> float | None:  # noqa: ARG002
        """What was set last, by whichever process; none where nothing was, or nothing is counted."""
        return None
