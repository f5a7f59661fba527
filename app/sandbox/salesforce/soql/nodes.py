"""What a query parses to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union


@dataclass(frozen=True)
class Path:
    """A field, or one of a parent: `Owner.Name`. The position is for error messages."""

    names: tuple[str, ...]
    position: int = 0

    def __str__(self) -> str:
        return ".".join(self.names)


@dataclass(frozen=True)
class Literal:
    """A value in a query with its kind: string, number, date, datetime, boolean, null or range."""

    kind: str
    value: Any


@dataclass(frozen=True)
class Comparison:
    path: Path
    operator: str
    literal: Literal


@dataclass(frozen=True)
class Membership:
    path: Path
    negated: bool
    values: Union[tuple[Literal, ...], "Query"]


@dataclass(frozen=True)
class Junction:
    """AND or OR of several conditions."""

    every: bool
    terms: tuple["Condition", ...]


@dataclass(frozen=True)
class Negation:
    term: "Condition"


Condition = Comparison | Membership | Junction | Negation


@dataclass(frozen=True)
class Count:
    """`COUNT()` (no path) or `COUNT(field) name`."""

    path: Path | None = None
    alias: str | None = None


@dataclass(frozen=True)
class AllFields:
    """`FIELDS(ALL)`, `FIELDS(STANDARD)`, `FIELDS(CUSTOM)`."""

    which: str


@dataclass(frozen=True)
class Ordering:
    path: Path
    descending: bool = False
    nulls_first: bool = True


@dataclass(frozen=True)
class Query:
    object: Path
    alias: str | None
    selection: Sequence[Path | Count | AllFields]
    where: Condition | None = None
    order: Sequence[Ordering] = ()
    limit: int | None = None
    offset: int = 0
    text: str = ""


@dataclass(frozen=True)
class Target:
    """One object of a search's RETURNING."""

    object: str
    query: Query


@dataclass(frozen=True)
class Search:
    text: str
    group: str
    targets: Sequence[Target]
    limit: int | None = None
