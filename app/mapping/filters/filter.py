"""What a filter is."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from app.domain.source import Source
from app.mapping.language.limits import Budget
from app.mapping.language.texts import text_of


class Run(Protocol):
    """What a filter may know of the evaluation that it is part of."""

    source: Source
    budget: Budget


@dataclass(frozen=True)
class Filter:
    """What `{{ value | name(…) }}` does.

    `function` takes the value and the arguments; if it has a parameter `source`, also where the callback is from. The
    first line of its docstring says what it does, and `template` with `gives` shows it. `sample` is a value that it
    is meant for: with it the arguments are tried when the configuration is loaded. `takes_nothing` says that it wants
    to be called for nothing, too; else nothing gives nothing. `on_text` says that it wants any value as text. `cost`
    is how often it reads each character, and `fixed_cost` how many could be read in the time that it always takes.
    """

    function: Callable[..., Any]
    template: str
    gives: str
    sample: Any = "Text"
    takes_nothing: bool = False
    on_text: bool = False
    cost: int = 1
    fixed_cost: int = 0

    @property
    def name(self) -> str:
        """As it is written in a template."""
        return self.function.__name__.rstrip("_")

    @property
    def does(self) -> str:
        """One sentence."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]

    @property
    def signature(self) -> inspect.Signature:
        """What may stand in the parentheses."""
        _, *others = inspect.signature(self.function).parameters.values()
        return inspect.Signature([one.replace(annotation=one.empty) for one in others if one.name != "source"])

    @cached_property
    def sees_source(self) -> bool:
        """Whether it depends on where the callback is from."""
        return "source" in inspect.signature(self.function).parameters

    def apply(self, value: Any, arguments: list[Any], named: dict[str, Any], run: Run) -> Any:
        """What it gives in a template; the characters that it reads and makes are counted."""
        if value is None and not self.takes_nothing:
            return None
        if self.on_text:
            value = text_of(value)
        for one in (value, *arguments, *named.values()):
            run.budget.spend_on(one)
        run.budget.spend(self.fixed_cost + (self.cost - 1) * len(value if isinstance(value, str) else ""))
        result = self.function(value, *arguments, **named, **({"source": run.source} if self.sees_source else {}))
        run.budget.spend_on(result)
        return result
