"""Lines of libraries, in the form of ours. What they were given to say is left out, since it may be a caller's."""

import logging
import re
from typing import Any

import structlog


class ForeignFormatter(structlog.stdlib.ProcessorFormatter):
    """A line of a library: its template with the numbers in it, and of gunicorn the short words, such as signals."""

    def format(self, record: logging.LogRecord) -> str:
        copied = logging.makeLogRecord(vars(record))
        copied.msg, copied.args = _said(record), ()
        return super().format(copied)


def add_logger(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Says which library it is."""
    event["logger"] = event["_record"].name
    return event


def _said(record: logging.LogRecord) -> str:
    template = str(record.msg).partition("\n")[0]
    words = record.name.startswith("gunicorn")
    if not record.args and not words:
        # It may have been put together before.
        return re.split(r"[:'\"<(\[{]", template)[0]
    if isinstance(record.args, dict):
        arguments: Any = {name: _harmless(one, words) for name, one in record.args.items()}
    else:
        arguments = tuple(_harmless(one, words) for one in record.args or ())
    try:
        return template % arguments if arguments else template
    except (TypeError, ValueError, KeyError):
        return template


def _harmless(argument: Any, words: bool) -> Any:
    if isinstance(argument, (int, float)):
        return argument
    if words and isinstance(argument, str) and not argument.startswith("/") and not {"?", "\n"} & set(argument):
        return argument
    return f"({type(argument).__name__})"
