"""One evaluation of a template, for one callback."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.source import Source
from app.mapping.language.limits import Budget
from app.mapping.names import Names

# Of names that are no callback's: no country, and no clock but that of times with an offset.
_NOWHERE = Source("nowhere", ZoneInfo("UTC"), "ZZ")


class Evaluation:
    """The names, those that the template sets itself (`own`), what it has written so far, and what it may still do."""

    __slots__ = ("budget", "names", "own", "source", "written")

    def __init__(self, names: Mapping[str, Any]) -> None:
        self.names = names
        self.own: dict[str, Any] = {}
        self.written: list[str] = []
        self.source = names.source if isinstance(names, Names) else _NOWHERE
        self.budget = Budget()

    def write(self, text: str) -> None:
        """Adds `text` to the result. Raises `TemplateError` when that is too much."""
        self.budget.spend(len(text))
        self.written.append(text)


Evaluate = Callable[[Evaluation], Any]
Execute = Callable[[Evaluation], None]
