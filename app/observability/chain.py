"""The way of a line from what is said to what is written."""

import json
from collections.abc import Sequence
from typing import Any

import structlog

from app.observability.masking import mask_text


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


def _bare(name: Any, method: str, error: Exception) -> str:
    known = {"event": name, "request_id": structlog.contextvars.get_contextvars().get("request_id")}
    words = {key: mask_text(one) for key, one in known.items() if type(one) is str}
    return json.dumps({**words, "level": method, "line_failed": type(error).__name__})
