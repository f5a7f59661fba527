"""Where lines go, and in what form: JSON in production, pretty on a terminal."""

import logging
import sys
import threading
import warnings
from types import TracebackType
from typing import Any

import structlog

from app.observability.foreign import ForeignFormatter, add_logger
from app.observability.output import Chain, Output, cleaned

log = structlog.get_logger()


def configure_logging(log_format: str, *, level: int = logging.INFO, stream: str = "stdout") -> None:
    """Sends all lines, ours and those of libraries, to standard output, or to "stderr".

    `log_format` is "json", "pretty", or "auto": pretty on a terminal only. From now on no line can fail who logs it.
    """
    output = Output(stream)
    pretty = log_format == "pretty" or (log_format == "auto" and output.is_terminal())
    # The traceback is text by then, since it has to be masked like all else.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    first: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last: list[Any] = [cleaned, console if pretty else structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[Chain([*first, *last])],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=output.logger,
    )
    _take_over_libraries(
        ForeignFormatter(
            foreign_pre_chain=[*first, add_logger],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        ),
        output,
    )
    _take_over_python()


class _Handler(logging.Handler):
    """What libraries hand theirs to."""

    def __init__(self, output: Output) -> None:
        super().__init__()
        self._output = output

    def emit(self, record: logging.LogRecord) -> None:
        """Python would raise some errors, and print the arguments with others."""
        try:
            line = self.format(record)
        except Exception:
            log.error("line_lost", logger=record.name)
        else:
            self._output.msg(line)


def _take_over_libraries(formatter: logging.Formatter, output: Output) -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, _Handler)]:
        root.removeHandler(handler)
    handler = _Handler(output)
    handler.setFormatter(formatter)
    root.addHandler(handler)


def _take_over_python() -> None:
    """What Python itself would print, with all that exceptions and warnings say."""
    warnings.showwarning = _warn
    # Whoever has set a hook of their own keeps it, as a test runner does.
    if sys.excepthook is sys.__excepthook__:
        sys.excepthook = _crash
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = lambda it: log.error("exception_ignored", exc_info=it.exc_value)
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _crash_thread


def _warn(*said: Any, **_: Any) -> None:
    _message, category, filename, lineno, *_rest = said
    log.warning("warning", category=category.__name__, where=f"{filename}:{lineno}")


def _crash(kind: type[BaseException], error: BaseException, place: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, place)
    else:
        log.critical("crashed", exc_info=error)


def _crash_thread(it: threading.ExceptHookArgs) -> None:
    if not issubclass(it.exc_type, SystemExit):
        log.critical("thread_crashed", thread=it.thread.name if it.thread else None, exc_info=it.exc_value)
