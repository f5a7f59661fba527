"""The texts that a condition of `when` compares with, each with its path in the YAML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.mapping.problems import Path


@dataclass(frozen=True)
class WhenText:
    """A text that a value has to equal, or a pattern that it has to match."""

    path: Path
    text: str
    is_pattern: bool = False


def texts_of(raw: Any, path: Path) -> Iterator[WhenText]:
    """Those of the condition at `path`, however deep; hours, days and lengths of time are none."""
    if isinstance(raw, Mapping):
        yield from texts_of(raw.get("not"), (*path, "not"))
        if isinstance(raw.get("matches"), str):
            yield WhenText((*path, "matches"), raw["matches"], is_pattern=True)
    elif isinstance(raw, list):
        for index, inner in enumerate(raw):
            yield from texts_of(inner, (*path, index))
    elif isinstance(raw, (str, int)) and not isinstance(raw, bool):
        yield WhenText(path, raw if isinstance(raw, str) else str(raw))
