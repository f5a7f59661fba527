"""One evaluation of a template, for one callback: how much it may do, and how it is told that it did more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.source import Source

# What jtel sends is at most 64 KiB in all: only a template that repeats it dozens of times comes near these.
LONGEST_PAYLOAD = 65_536
LONGEST_TEXT = 1_000_000
MOST_CHARACTERS = 4_000_000
MOST_ROUNDS = 100
LARGEST_NUMBER = 10**18  # Salesforce has 18 digits
# Of names that are no callback's: no country, and no clock but that of times with an offset.
_NOWHERE = Source("nowhere", ZoneInfo("UTC"), "ZZ")


class TemplateError(ValueError):
    """A sentence on what a template or its value came to; it holds nothing that a caller sent."""


@dataclass(slots=True)
class Budget:
    """How many characters one template may still read or make for one callback."""

    left: int = MOST_CHARACTERS

    def spend(self, characters: int) -> None:
        """Counts `characters`. Raises `TemplateError` when it is too many."""
        self.left -= characters
        if self.left < 0:
            raise TemplateError(f"it works on more than {MOST_CHARACTERS:,} characters")

    def spend_on(self, value: object) -> None:
        """Counts what `value` holds: the characters of a text, the items of a list."""
        if isinstance(value, str):
            check_length(len(value))
            self.spend(len(value))
        elif isinstance(value, (list, tuple)):
            self.spend(8 * len(value))

    def spend_to_compare(self, *values: object) -> None:
        """Counts what may have to be read to compare `values`."""
        for value in values:
            self.spend_on(value)
            if isinstance(value, (list, tuple, Mapping)):
                self.spend(LONGEST_PAYLOAD)


@dataclass(slots=True)
class Evaluation:
    """The names, those that the template sets itself (`own`), what it has written so far, and what it may still do."""

    names: Mapping[str, Any]
    source: Source = _NOWHERE
    own: dict[str, Any] = field(default_factory=dict)
    written: list[str] = field(default_factory=list)
    budget: Budget = field(default_factory=Budget)


Evaluate = Callable[[Evaluation], Any]
Execute = Callable[[Evaluation], None]


def check_length(length: int) -> None:
    """Raises `TemplateError` when a text of `length` characters is too long to be made."""
    if length > LONGEST_TEXT:
        raise TemplateError(f"it makes a text of more than {LONGEST_TEXT:,} characters")


def check_number(value: int | float) -> int | float:
    """`value`, unless it is beyond what Salesforce takes as a number."""
    if not -LARGEST_NUMBER < value < LARGEST_NUMBER:
        raise TemplateError("it makes a number of more than 18 digits")
    return value
