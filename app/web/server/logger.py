"""gunicorn's lines in Ringback's log."""

from typing import Any

from gunicorn.glogging import Logger


class GunicornLogger(Logger):  # type: ignore[misc]
    """Hands them on to the root logger. There is no access log: it would hold queries."""

    def setup(self, cfg: Any) -> None:
        """Called at the start and on a reload."""
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.access_log.handlers.clear()
        self.error_log.propagate = True

    def access(self, *_: Any) -> None:
        """Ringback logs one line for each request itself."""
