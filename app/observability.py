"""Logs: one structlog line per request and per attempt; JSON in production, pretty on a terminal; numbers masked."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_PHONE_LIKE = re.compile(r"(\+|00)?\d(?:[\d ()/.-]{3,}\d{2})")
# Values that look like a telephone number and are none.
_NO_NUMBERS = frozenset({"request_id", "remote", "event_id", "case_id", "case_number", "timestamp", "level", "event"})


def configure_logging(log_format: str) -> None:
    """Sends structlog to standard output. `log_format` is "json", "pretty", or "auto": pretty on a terminal only."""
    pretty = log_format == "pretty" or (log_format == "auto" and sys.stdout.isatty())
    # The traceback is text by then, since it has to be masked like all else.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    render: Any = console if pretty else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            drop_empty,
            mask_numbers,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )


def drop_empty(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Leaves out what is not known, so that a line holds only what it says."""
    return {key: value for key, value in event.items() if value is not None}


def mask_numbers(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keeps only the last two digits of whatever looks like a telephone number."""
    return {
        key: _PHONE_LIKE.sub(lambda found: "…" + found[0][-2:], value)
        if isinstance(value, str) and key not in _NO_NUMBERS
        else value
        for key, value in event.items()
    }
