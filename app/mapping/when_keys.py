"""What a condition may look at: jtel's fields as they were sent, and the friendly names."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from app.domain.callback import Callback
from app.mapping.codes import Code
from app.mapping.names import NAMES
from app.mapping.problems import WrongError, did_you_mean

EXTRA = "extra."
_JOINS = ("or", "and", "any", "all", "any_of", "all_of", "either")


class Kind(Enum):
    """What a key's values are compared as."""

    TEXT = "text"
    NUMBER = "a telephone number"  # E.164 where it is a valid one
    DIGITS = "a number"
    TIME = "a time"
    LENGTH = "a length of time"


@dataclass(frozen=True)
class WhenKey:
    """A key of `when`; `value_of` gives what the callback has for it: a text, a time on the source's clock, nothing."""

    name: str
    kind: Kind
    value_of: Callable[[Callback], Any]
    always_there: bool = False


def find_key(name: str) -> WhenKey:
    """The key of that name. Raises `WrongError`."""
    if name in KEYS:
        return KEYS[name]
    if name.startswith(EXTRA) and name != EXTRA:
        return _extra(name.removeprefix(EXTRA))
    if name.lower() in _JOINS:
        raise WrongError(
            Code.UNKNOWN_FIELD, f"there is no {name} here: all keys have to hold; for either, write two rules"
        )
    known = f"known: {', '.join(KEYS)}, or {EXTRA}NAME for a field that jtel does not document"
    raise WrongError(Code.UNKNOWN_FIELD, f"unknown field {name}; {did_you_mean(name, KEYS) or known}")


def _key(name: str, kind: Kind) -> WhenKey:
    value_of = NAMES[name].value
    if kind is Kind.TIME:
        return WhenKey(name, kind, lambda callback: _local(value_of(callback), callback), name in _ALWAYS)
    if kind is Kind.LENGTH:
        return WhenKey(name, kind, value_of)
    return WhenKey(name, kind, lambda callback: _text(value_of(callback)), name in _ALWAYS)


def _local(time: datetime | None, callback: Callback) -> datetime | None:
    return None if time is None else time.astimezone(callback.source.zone)


def _extra(name: str) -> WhenKey:
    return WhenKey(f"{EXTRA}{name}", Kind.TEXT, lambda callback: _text(callback.extra.get(name)))


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value).strip()
    return text or None


_KINDS = {"text": Kind.TEXT, "number": Kind.DIGITS, "time": Kind.TIME, "duration": Kind.LENGTH}
_TELEPHONES = ("caller", "callback_number", "service_number")
_ALWAYS = ("source", "event_id", "received_at", "requested_at")
# A summary is for people to read.
KEYS = {
    name: _key(name, Kind.NUMBER if name in _TELEPHONES else _KINDS[known.kind])
    for name, known in NAMES.items()
    if known.kind in _KINDS and name != "summary"
}
