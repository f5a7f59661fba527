"""The way of a line from what is said to what is written."""

import json
from collections.abc import MutableMapping, Sequence
from typing import Any

import structlog

from app.observability.masking import DIGIT, NO_NUMBERS, TOO_LONG, mask_text, shown
from app.observability.tracebacks import describe_exception


class Chain:
    """structlog's processors, one after the other. Where one fails, the line has its name and request id only."""

    def __init__(self, steps: Sequence[structlog.typing.Processor]) -> None:
        self._steps = steps

    def __call__(self, logger: Any, method: str, event: structlog.typing.EventDict) -> Any:
        name = event.get("event")
        try:
            line: Any = event
            for step in self._steps:
                line = step(logger, method, line)
            return line
        except structlog.DropEvent:
            raise
        except Exception as error:
            return _bare(name, method, error)


def cleaned(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Only what is known, and of whatever looks like a telephone number only the last two digits, however deep it lies.

    The text of an exception is its traceback.
    """
    if "exc_info" in event:
        event = describe_exception(logger, method, event)
    return {key: _shown(key, value) for key, value in event.items() if value is not None}


def _shown(key: str, value: Any) -> Any:
    # Nearly all values are seen to be harmless here, which costs little.
    kind = type(value)
    if kind is str and (key in NO_NUMBERS or not DIGIT.search(value)):
        return value
    if kind is int and (key in NO_NUMBERS or -TOO_LONG < value < TOO_LONG):
        return value
    return shown(key, value)


def _bare(name: Any, method: str, error: Exception) -> str:
    known = {"event": name, "request_id": structlog.contextvars.get_contextvars().get("request_id")}
    words = {key: mask_text(one) for key, one in known.items() if type(one) is str}
    return json.dumps({**words, "level": method, "line_failed": type(error).__name__})
