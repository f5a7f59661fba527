"""What the values that jtel sends say of a callback. Only an event id can be wrong; all else may be absent."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from app.domain.characters import storable
from app.domain.jtel_fields import JTEL_FIELDS, JTEL_NAMES, Kind
from app.domain.jtel_values import read_whole, to_text
from app.domain.times import parse_call_time

# No hyphen, because it parts source and event in the external id; a digit, because words such as "undefined" are no id.
_EVENT_ID = re.compile(r"(?=.*\d)[A-Za-z0-9_]{1,50}")
# jtel's names are the same in any case of their letters.
_NAMES = {name: name for name in JTEL_NAMES} | {name.lower(): name for name in JTEL_NAMES}
_NOTHING: Mapping[str, Any] = dict.fromkeys(field.part for field in JTEL_FIELDS)
_NO_TEXTS: Mapping[str, str | None] = dict.fromkeys(JTEL_NAMES)


def by_jtels_name(fields: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The values of the fields that jtel documents, under its spelling, and all others as they came."""
    documented: dict[str, Any] = {}
    extra: dict[str, Any] = {}
    for key, value in fields.items():
        name = _NAMES.get(key) or _NAMES.get(key.lower())
        if name is None:
            extra[key] = clean(value)
        # jtel's own spelling wins over another, and a value over none.
        elif name not in documented or _is_better(value, documented[name], exact=key == name):
            documented[name] = value
    return documented, extra


def _is_better(value: Any, known: Any, *, exact: bool) -> bool:
    return to_text(known) is None or (exact and to_text(value) is not None)


def texts_of(documented: Mapping[str, Any]) -> dict[str, str | None]:
    """Each field that jtel documents, as text."""
    return {**_NO_TEXTS, **{name: to_text(value) for name, value in documented.items()}}


def read_parts(documented: Mapping[str, Any], texts: Mapping[str, str | None]) -> tuple[dict[str, Any], list[str]]:
    """What the values say, by the `part` of their fields, and what is wrong with them. `texts` are the same as text.

    A later release may mix both forms: what the flat one does not say, the record may.
    """
    parts, problems = dict(_NOTHING), []
    for name, part, reader in _READERS:
        text = texts[name]
        if text is None or parts[part] is not None:
            continue
        try:
            parts[part] = reader(documented[name], text)
        except EventIdError as error:
            problems.append(f"{name} is {error}, wanted is a whole number above 0")
    return parts, list(dict.fromkeys(problems))


class Power(float):
    """A number that was written with a power of ten. `written` may show that digits were rounded away."""

    def __new__(cls, written: str) -> "Power":
        number = super().__new__(cls, written)
        number.written = written
        return number

    written: str


def read_float(written: str) -> float:
    """The number that JSON writes with a point or a power of ten."""
    return Power(written) if "e" in written.lower() else float(written)


def lay_over(upper: Mapping[str, Any], lower: Mapping[str, Any]) -> dict[str, Any]:
    """`upper`, and what `lower` says where `upper` says nothing. A name is the same in any case."""
    if not lower:
        return dict(upper)
    said = {name.lower() for name, value in upper.items() if to_text(value) is not None}
    filled = {name: value for name, value in lower.items() if name.lower() not in said}
    known = {name.lower() for name in filled}
    return {name: value for name, value in upper.items() if name.lower() not in known} | filled


def clean(value: Any) -> Any:
    """A JSON value without characters that no database and no CRM takes."""
    try:
        return _clean(value)
    except RecursionError:
        return None


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, dict):
        return {_clean(name): _clean(inner) for name, inner in value.items()}
    return [_clean(inner) for inner in value] if isinstance(value, list) else value


class EventIdError(ValueError):
    """It is none. Says what it looks like, and not what it is."""


def read_text(_: Any, text: str) -> str:
    """Text with its line ends as \\n."""
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def read_number(value: Any, text: str) -> str | None:
    """A telephone number: text or digits. Anything else in its place is none."""
    if isinstance(value, Power):
        return value.written
    return read_text(value, text) if isinstance(value, (str, int, float)) and not isinstance(value, bool) else None


def read_event_id(text: str) -> str:
    """jtel's id of the event: a whole number above 0; an id of letters, digits and `_` is taken, too.

    Raises `EventIdError`.
    """
    number = read_whole(text)
    if number is not None:
        text = str(number)
    if text == "0" or not _EVENT_ID.fullmatch(text):
        raise EventIdError(shape(text))
    return text


# From a value, and its text, to what it says.
READERS: Mapping[Kind, Callable[[Any, str], Any]] = {
    Kind.TEXT: read_text,
    Kind.NUMBER: read_number,
    Kind.WHOLE: lambda _, text: read_whole(text),
    Kind.TIME: lambda _, text: parse_call_time(text),
    Kind.EVENT_ID: lambda _, text: read_event_id(text),
}
# By jtel's name: what it says of the callback, and how.
_READERS = tuple((field.name, field.part, READERS[field.kind]) for field in JTEL_FIELDS)


def shape(text: str) -> str:
    """What a value looks like, without saying it: it may be personal."""
    return "0" if text == "0" else f"text of {len(text)} characters"
