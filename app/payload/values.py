"""marshmallow fields for what jtel means by its values. Only an event id can be wrong; all else may be absent."""

import json
import re
from datetime import datetime
from typing import Any

from marshmallow import ValidationError, fields

from app.domain.characters import storable
from app.domain.times import parse_call_time

_EXACT = 2**53  # up to here a float is a whole number exactly
_NULLS = frozenset({"", "null"})
_WHOLE = re.compile(r"[+-]?\d{1,18}(\.0*)?")
# No hyphen, because it parts source and event in the external id; a digit, because words such as "undefined" are no id.
_EVENT_ID = re.compile(r"(?=.*\d)[A-Za-z0-9_]{1,50}")


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


def to_text(value: Any) -> str | None:
    """Any JSON value as text; null, "", "NULL" and "null" are nothing."""
    if value is None:
        return None
    if not isinstance(value, str):
        value = _dump(value)
    text = storable(value).strip()
    return None if text.lower() in _NULLS else text


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


def _dump(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        return str(int(value))
    try:
        return json.dumps(value, ensure_ascii=False)
    except RecursionError:  # what was just within the depth for reading is not for writing
        return "null"


class Scalar(fields.Field[Any]):
    """A value that may be absent. What is said of it is said by `convert`; `about` and `example` are for readers."""

    def __init__(self, name: str, about: str, example: Any = None) -> None:
        said = {"description": about} | ({} if example is None else {"examples": [example]})
        super().__init__(data_key=name, load_default=None, allow_none=True, metadata=said)

    def convert(self, text: str) -> Any:
        """The value that `text` stands for; nothing if it stands for none."""
        raise NotImplementedError

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        text = to_text(value)
        return None if text is None else self.convert(text)


class Text(Scalar):
    """Text with its line ends as \\n."""

    def convert(self, text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n")


class Number(Text):
    """A telephone number: text or digits. Anything else in its place is none."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        wanted = isinstance(value, (str, int, float)) and not isinstance(value, bool)
        return super()._deserialize(value.written if isinstance(value, Power) else value) if wanted else None


class Whole(Scalar):
    """A whole number, also when it comes as text."""

    def convert(self, text: str) -> int | None:
        return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None


class Moment(Scalar):
    """The time of a call, with or without offset."""

    def convert(self, text: str) -> datetime | None:
        return parse_call_time(text)


class EventId(Scalar):
    """jtel's id of the event: a whole number above 0; an id of letters, digits and `_` is taken, too."""

    def convert(self, text: str) -> str:
        if _WHOLE.fullmatch(text):
            text = str(int(text.partition(".")[0]))
        if text == "0" or not _EVENT_ID.fullmatch(text):
            raise ValidationError(f"{self.data_key} is {shape(text)}, wanted is a whole number above 0")
        return text


def shape(text: str) -> str:
    """What a value looks like, without saying it: it may be personal."""
    return "0" if text == "0" else f"text of {len(text)} characters"
