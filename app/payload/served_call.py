"""From the bytes that a telephony event of jtel sends to a `ServedCall`.

jtel documents the variables and leaves the form to who sets them: `caller=$caller` in a query or a form, or as JSON.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.domain.errors import PayloadError
from app.domain.jtel_values import to_text
from app.domain.numbers import normalize, tells_caller
from app.domain.reasons import Reason
from app.domain.served_call import ServedCall
from app.domain.source import Source
from app.domain.times import in_zone, parse_call_time
from app.payload.decode import decode, unwrap
from app.payload.fields import read_number

# The variables as jtel names them, without what parts their words; and what jtel calls the same elsewhere.
_CALLER = ("caller", "callerid", "sender")
_TIME = ("datetime", "dtcallstart")
_AGENT_IDS = ("agentuid", "agentid", "agentnumber")
_FIRST_NAME, _NAME, _NICK_NAME = "agentfirstname", "agentname", "agentnickname"
_BETWEEN_WORDS = re.compile(r"[$_\s{}-]")
# What stands there if jtel does not know the variable.
_VARIABLE = re.compile(r"\$\{?\w+\}?")
# As people write a time where ISO 8601 is not asked for.
_FORMS = (
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y%m%d%H%M%S",
    "%Y%m%d %H%M%S",
    "%Y-%m-%d_%H:%M:%S",
    "%Y-%m-%d-%H:%M:%S",
)
_LONGEST_AGENT = 100
_SET = "Set it in the telephony event: docs/served-callers.md shows how."


def read_served_call(body: bytes, query: bytes, source: Source, received_at: datetime) -> ServedCall:
    """The call that the request tells of.

    Raises `PayloadError` when it cannot be read, or says neither whose call it was nor when it was. A time that nobody
    can read counts as that of the request.
    """
    values = {_BETWEEN_WORDS.sub("", name).lower(): value for name, value in unwrap(decode(body, query)).items()}
    _require(values)
    number = _number(values, source)
    written = _first(values, _TIME)
    time = in_zone(_read_time(written), source.zone) if written else None
    if written is None:
        raise PayloadError(Reason.CALL_TIME_MISSING, f"The call has no time: date_time is empty. {_SET}")
    agent_id = _first(values, _AGENT_IDS)
    named = _named(values)
    return ServedCall(
        source=source.name,
        number=number,
        at=time or received_at.astimezone(source.zone),
        agent=_label(named, agent_id),
        identity="\0".join(
            (source.name, number or "", time.astimezone(UTC).isoformat() if time else written, agent_id or named or "")
        ),
        language=source.language,
    )


def _require(values: Mapping[str, Any]) -> None:
    """What is not even sent was not set. What is empty may be a hidden number."""
    if not any(name in values for name in _CALLER):
        raise PayloadError(Reason.NUMBER_MISSING, f"The request does not say who called: it has no caller. {_SET}")
    if not any(name in values for name in _TIME):
        raise PayloadError(
            Reason.CALL_TIME_MISSING, f"The request does not say when the call was: it has no date_time. {_SET}"
        )


def _text(value: Any) -> str | None:
    text = to_text(value)
    return None if text is None or _VARIABLE.fullmatch(text) else text


def _first(values: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _text(values.get(name)))), None)


def _number(values: Mapping[str, Any], source: Source) -> str | None:
    sent = next((read_number(values[name], text) for name in _CALLER if (text := _text(values.get(name)))), None)
    number = normalize(sent, source.region)
    return number if tells_caller(number) else None


def _read_time(text: str) -> datetime | None:
    time = parse_call_time(text)
    if time is not None:
        return time
    for form in _FORMS:
        try:
            return parse_call_time(datetime.strptime(text, form).isoformat())
        except ValueError:
            continue
    return None


def _named(values: Mapping[str, Any]) -> str | None:
    first, last = _text(values.get(_FIRST_NAME)), _text(values.get(_NAME))
    # Whether the name is the whole one or the last one jtel does not say.
    if first and last and first.lower() not in last.lower():
        return f"{first} {last}"
    return last or first or _text(values.get(_NICK_NAME))


def _label(named: str | None, agent_id: str | None) -> str | None:
    both = f"{named} ({agent_id})" if named and agent_id and named != agent_id else named or agent_id
    return " ".join(both.split())[:_LONGEST_AGENT] if both else None
