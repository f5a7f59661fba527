"""Callbacks that never were, to try rules with: with all that jtel sends, and with the id and the number only."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.domain.callback import Callback
from app.domain.jtel_fields import JTEL_FIELDS, Kind
from app.domain.source import Source
from app.domain.times import in_zone, parse_time
from app.mapping.conditions import EXTRA, Absent, AllOf, AnyOf, Condition, Not, OneOf
from app.mapping.language.template import Names, names_of
from app.mapping.names import FRIENDLY

_SOURCE = Source("default", ZoneInfo("Europe/Berlin"), "DE")
_AT = datetime(2026, 11, 21, 9, 42, 7, tzinfo=UTC)
_NUMBER = "+4930901820"
_BARE = Callback(_SOURCE, "4711", _AT, caller=_NUMBER, callback_number=_NUMBER)
_WORD = "Sample"
# What may hold anything: a template that takes any of these is right.
_FREE = ("user_data", "UserData", "EventData", "group_foreign_id", "AcdGroupsForeignSystemID")
_VARIANTS = (_WORD, "1", "2026-11-21", "0035g00000AbCdEAAV")

_JTELS = {
    field.name: str(field.example or ("42" if field.kind is Kind.WHOLE else _WORD)) for field in reversed(JTEL_FIELDS)
}
_BY_PART = {field.part: _JTELS[field.name] for field in reversed(JTEL_FIELDS)}
_OTHERS = {
    "source": _SOURCE.name,
    "waited": timedelta(minutes=3, seconds=53),
    "caller": _NUMBER,
    "callback_number": _NUMBER,
    "service_number": "+49800330000",
    "summary": _WORD,
}


class _Anything(Mapping[str, Any]):
    """Has the same value under every name."""

    def __init__(self, value: Any) -> None:
        self._value = value

    def __getitem__(self, _: str) -> Any:
        return self._value

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def full(given: Mapping[str, Any]) -> list[Names]:
    """All names with a value, several times: what may hold anything holds another thing each time."""
    return [
        names_of(_BARE, **{**_ALL, **dict.fromkeys(_FREE, one), "extra": _Anything(one), **given}) for one in _VARIANTS
    ]


def _free(value: str) -> dict[str, Any]:
    return {**dict.fromkeys(_FREE, value), "extra": _Anything(value)}


def bare(given: Mapping[str, Any]) -> Names:
    """The id and the number only, and what is `given`."""
    return names_of(_BARE, **given)


def given_by(when: Mapping[str, Condition]) -> dict[str, Any]:
    """What every callback has that fulfils these conditions, by all names that it goes by."""
    given: dict[str, Any] = {}
    for key, condition in when.items():
        if condition.holds(None):
            continue
        if key.startswith(EXTRA):
            given["extra"] = _Anything(_fulfilling(condition) or _WORD)
        for name in _same_as(key):
            given[name] = _typed(name, _fulfilling(condition)) or _ALL[name]
    return given


def _same_as(key: str) -> list[str]:
    part = next((field.part for field in JTEL_FIELDS if field.name == key), key)
    return [name for name in (part, *(field.name for field in JTEL_FIELDS if field.part == part)) if name in _ALL]


def _fulfilling(condition: Condition) -> str | None:
    """A text that fulfils it, where it names any."""
    if isinstance(condition, OneOf):
        return min(condition.values)
    if isinstance(condition, (AllOf, AnyOf)):
        found = (_fulfilling(part) for part in condition.parts if not isinstance(part, (Not, Absent)))
        return min((text for text in found if text), default=None)
    return None


def _typed(name: str, text: str | None) -> Any:
    kind = FRIENDLY[name].kind if name in FRIENDLY else "text"
    if text is None or kind == "text":
        return text
    if kind == "number":
        return int(text) if text.isdecimal() else None
    return in_zone(parse_time(text), _SOURCE.zone) if kind == "time" else None


def _friendly(name: str) -> Any:
    if name in _OTHERS:
        return _OTHERS[name]
    known = _typed(name, _BY_PART.get(name))
    return known or (_AT.astimezone(_SOURCE.zone) if FRIENDLY[name].kind == "time" else _WORD)


_ALL: Mapping[str, Any] = {**_JTELS, **{name: _friendly(name) for name in FRIENDLY}}
