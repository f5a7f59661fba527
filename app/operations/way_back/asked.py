"""What a Flow asks for, read from the JSON that it sends."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.characters import storable
from app.domain.errors import PayloadError
from app.domain.numbers import normalize
from app.domain.reasons import Reason
from app.domain.record_ids import record_id_spellings
from app.domain.source import Source
from app.domain.times import in_zone, parse_time
from app.jtel.new_event import PRIORITIES
from app.translation import ENGLISH

_CASE = "500"
_E164 = re.compile(r"\+?[1-9]\d{2,14}", re.ASCII)
_WHOLE = re.compile(r"\d{1,15}(?:\.0*)?", re.ASCII)
_LONGEST_WISH = 200
_SHAPES = {bool: "true or false", int: "a number", float: "a number", list: "a JSON array", dict: "a JSON object"}
_WHO = "The integrator mends the Flow: docs/way-back.md."


@dataclass(frozen=True)
class AskedCallback:
    """The number is E.164 if it is valid, else its digits. `group` is a name, or an id as digits.

    `appointment` is on the source's clock. `wish` tells several wishes of a Case apart, if the Flow names them.
    `language` is the source's, for what Ringback itself adds.
    """

    case_id: str
    number: str = field(repr=False)
    group: str
    subject: str | None = field(default=None, repr=False)
    body: str | None = field(default=None, repr=False)
    appointment: datetime | None = None
    priority: int | None = None
    wish: str | None = None
    language: str = ENGLISH

    @property
    def key(self) -> str:
        """What tells it from other wishes of its Case: its name, else all that it asks for."""
        return f"wish {self.wish}" if self.wish else self.as_json().decode()

    def as_json(self) -> bytes:
        """As the Flow could have sent it; the same for the same wish."""
        values = {name: getattr(self, part) for name, part in _PARTS.items() if getattr(self, part) is not None}
        if self.appointment is not None:
            values["appointment"] = self.appointment.isoformat()
        return json.dumps(values, ensure_ascii=False, sort_keys=True).encode()


def read_asked(body: bytes, source: Source) -> AskedCallback:
    """What the body asks for. Raises `PayloadError` that names all that is wrong at once."""
    sent = {name.lower(): value for name, value in _object(body).items()}
    parts: dict[str, Any] = {}
    problems: list[str] = []
    for name, (part, read) in _READERS.items():
        value = sent.get(name.lower())
        try:
            text = _text(value)
            if text is not None:
                parts[part] = read(text, source)
            elif name in _REQUIRED:
                problems.append(f"{name} is missing")
        except ValueError as error:
            problems.append(f"{name} is {_shape(value)}, wanted is {error}")
    if problems:
        raise PayloadError(Reason.WISH_INVALID, f"jtel was not asked: {'; '.join(problems)}. {_WHO}")
    return AskedCallback(**parts, language=source.language)


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        raise PayloadError(Reason.BODY_MISSING, f"The request has no body; wanted is a JSON object. {_WHO}")
    try:
        value = json.loads(body, parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        at = f" at line {error.lineno}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
        raise PayloadError(Reason.JSON_BROKEN, f"The body cannot be read as JSON{at}. {_WHO}") from error
    if not isinstance(value, dict):
        raise PayloadError(Reason.NOT_AN_OBJECT, f"The body is JSON, but no object. {_WHO}")
    return value


def _text(value: Any) -> str | None:
    """A value as text; null and blanks are none. Raises `ValueError` if it is neither text nor a number."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        raise ValueError("text or a number")
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return storable(str(whole)).strip() or None


def _shape(value: Any) -> str:
    return f"text of {len(value)} characters" if isinstance(value, str) else _SHAPES[type(value)]


def _case_id(text: str, _: Source) -> str:
    spellings = record_id_spellings(text)
    if not spellings or not text.startswith(_CASE):
        raise ValueError("the id of a Case, of 15 or 18 characters and beginning with 500")
    return spellings[-1]


def _number(text: str, source: Source) -> str:
    number = normalize(text, source.region)
    if number is None or not _E164.fullmatch(number):
        raise ValueError("a telephone number that can be called, best with its country code")
    # As it comes back: jtel writes no plus, and one that is not valid is not given it again.
    return normalize(number.removeprefix("+"), source.region) or number


def _group(text: str, _: Source) -> str:
    return text.partition(".")[0] if _WHOLE.fullmatch(text) else text


def _words(text: str, _: Source) -> str:
    return text


def _appointment(text: str, source: Source) -> datetime:
    time = in_zone(parse_time(text), source.zone)
    if time is None:
        raise ValueError("an ISO 8601 date and time, such as 2026-12-01T09:30")
    return time.replace(second=0, microsecond=0)


def _priority(text: str, _: Source) -> int:
    known = _WHOLE.fullmatch(text) is not None and int(text.partition(".")[0]) in PRIORITIES
    if not known:
        raise ValueError(f"a whole number from {PRIORITIES[0]} to {PRIORITIES[-1]}")
    return int(text.partition(".")[0])


def _wish(text: str, _: Source) -> str:
    if len(text) > _LONGEST_WISH:
        raise ValueError(f"at most {_LONGEST_WISH} characters")
    return text


# Each key of the JSON: the part of `AskedCallback` that it fills, and how it is read.
_READERS: Mapping[str, tuple[str, Callable[[str, Source], Any]]] = {
    "caseId": ("case_id", _case_id),
    "number": ("number", _number),
    "group": ("group", _group),
    "subject": ("subject", _words),
    "body": ("body", _words),
    "appointment": ("appointment", _appointment),
    "priority": ("priority", _priority),
    "wish": ("wish", _wish),
}
_REQUIRED = ("caseId", "number", "group")
_PARTS = {name: part for name, (part, _) in _READERS.items()}
