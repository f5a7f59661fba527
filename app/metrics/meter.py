"""What the rooms count with. They neither know nor load Prometheus."""

import structlog

from app.metrics.table import Metric

log = structlog.get_logger()


class Meter:
    """Counts nothing: for commands that end before anybody could look. `PrometheusMeter` counts.

    Labels are given in the order of the metric's. They come from the configuration or from a fixed list, never from
    what a stranger sends. Who counts goes on, whatever goes wrong here: nothing is raised, and it is logged once.
    """

    _told = False

    def count(self, metric: Metric, *labels: str | None) -> None:
        """One more. None is no value: the label is empty."""
        self._try(metric, 1.0, labels)

    def observe(self, metric: Metric, seconds: float, *labels: str | None) -> None:
        """It took so long."""
        self._try(metric, seconds, labels)

    def set(self, metric: Metric, value: float, *labels: str | None) -> None:
        """It is so much now, in the whole service."""
        self._try(metric, value, labels)

    def record(self, metric: Metric, value: float, labels: tuple[str | None, ...]) -> None:
        """Does what is asked for, as the metric's kind wants it. Not for who counts, since it may raise."""

    def _try(self, metric: Metric, value: float, labels: tuple[str | None, ...]) -> None:
        try:
            self.record(metric, value, labels)
        except Exception as error:
            if not self._told:
                self._told = True
                log.error("not_counted", metric=metric.full_name, error=type(error).__name__, exc_info=error)
