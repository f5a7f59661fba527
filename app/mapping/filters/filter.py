"""What a filter is."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.domain.source import Source
from app.mapping.language.limits import Budget


@dataclass(frozen=True)
class Filter:
    """What `{{ value | name(…) }}` does.

    `function` takes the value and the arguments; if it has a parameter `source`, also where the callback is from. The
    first line of its docstring says what it does, and `template` with `gives` shows it. `sample` is a value that it
    is meant for: with it the arguments are tried when the configuration is loaded. `takes_nothing` says that it wants
    to be called for nothing, too; else nothing gives nothing. `cost` is how often it reads each character.
    """

    function: Callable[..., Any]
    template: str
    gives: str
    sample: Any = "Text"
    takes_nothing: bool = False
    cost: int = 1

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

    @property
    def sees_source(self) -> bool:
        """Whether it depends on where the callback is from."""
        return "source" in inspect.signature(self.function).parameters

    def bound(self) -> Callable[[Any, list[Any], dict[str, Any], Source, Budget], Any]:
        """The function as it is called for a template: with nothing left out, and counted."""
        function, takes_nothing, cost, sees_source = self.function, self.takes_nothing, self.cost, self.sees_source

        def call(value: Any, arguments: list[Any], named: dict[str, Any], source: Source, budget: Budget) -> Any:
            if value is None and not takes_nothing:
                return None
            for one in (value, *arguments, *named.values()):
                budget.spend_on(one)
            if cost > 1 and isinstance(value, str):
                budget.spend(len(value) * (cost - 1))
            given = {**named, "source": source} if sees_source else named
            result = function(value, *arguments, **given)
            budget.spend_on(result)
            return result

        return call
