"""Exceptions in the log: where they were raised and of what type; not what they say, which may quote a caller."""

import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from typing import Any


def describe_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Makes text of `exc_info`, without what the exceptions say."""
    given = event.pop("exc_info", None)
    if isinstance(given, tuple):
        given = given[1]
    elif given and not isinstance(given, BaseException):
        given = sys.exception()
    if given:
        event["exception"] = "\n".join(_described(given))
    return event


def _described(error: BaseException, known: frozenset[int] = frozenset()) -> Iterator[str]:
    if id(error) in known:  # causes may go round in a circle
        return
    known |= {id(error)}
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if before is not None:
        yield from _described(before, known)
        yield "which led to:"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    yield f"{type(error).__module__}.{type(error).__qualname__} ({_length(error)} characters, not shown)"
    for one in error.exceptions if isinstance(error, BaseExceptionGroup) else ():
        yield "of which one is:"
        yield from _described(one, known)


def _length(error: BaseException) -> int | str:
    try:
        return len(str(error))
    except Exception:
        return "no"


def place_of(error: BaseException) -> str | None:
    """The file and line where it was raised, if it was."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None
