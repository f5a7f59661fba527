"""What the fields of jtel's records say. They are read when they are asked for: a list may be of a million records."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar, overload

from app.domain.jtel_values import read_whole, to_text
from app.domain.times import parse_time

T = TypeVar("T")


class HasFields(Protocol):
    """A record."""

    @property
    def fields(self) -> Mapping[str, Any]: ...


class Attribute(Generic[T]):
    """Reads the field `name`; nothing where it has none, or one that cannot be understood."""

    def __init__(self, name: str, read: Callable[[Any], T | None]) -> None:
        self.name = name
        self._read = read

    @overload
    def __get__(self, record: None, owner: Any = None) -> "Attribute[T]": ...
    @overload
    def __get__(self, record: HasFields, owner: Any = None) -> T | None: ...
    def __get__(self, record: HasFields | None, owner: Any = None) -> "Attribute[T] | T | None":
        return self if record is None else self._read(record.fields.get(self.name))


def text(name: str) -> Attribute[str]:
    """A text; null, "", "NULL" are none."""
    return Attribute(name, to_text)


def whole(name: str) -> Attribute[int]:
    """A whole number, also one that comes as text."""
    return Attribute(name, to_whole)


def flag(name: str) -> Attribute[bool]:
    """Yes or no."""
    return Attribute(name, _flag)


def moment(name: str) -> Attribute[datetime]:
    """A time: jtel's local one without a zone, unless it names an offset or a zone."""
    return Attribute(name, _moment)


def to_whole(value: Any) -> int | None:
    """The whole number that a JSON value says, also as text."""
    said = to_text(value)
    return read_whole(said) if said else None


def _flag(value: Any) -> bool | None:
    said = (to_text(value) or "").lower()
    return {"true": True, "1": True, "false": False, "0": False}.get(said)


def _moment(value: Any) -> datetime | None:
    said = to_text(value)
    return parse_time(said) if said else None
