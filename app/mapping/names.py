"""The names that a template may use: jtel's own, and friendly ones. `language/template.py` has their values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from app.domain.callback import Callback
from app.domain.jtel_fields import JTEL_FIELDS
from app.mapping.summary import headline, related_field, summarize


@dataclass(frozen=True)
class Name:
    """One name: the `kind` of its value (text, number, time, duration or mapping), and what it means."""

    kind: str
    meaning: str
    value: Callable[[Callback], Any]


def _text(attribute: str, meaning: str) -> Name:
    return Name("text", meaning, attrgetter(attribute))


def _sent(name: str, meaning: str) -> Name:
    return Name("text", meaning, lambda callback: callback.sent.get(name))


def _summary(callback: Callback) -> str:
    return summarize(callback, linked=related_field(callback) is not None)


FRIENDLY: Mapping[str, Name] = {
    "source": _text("source.name", "the source that the callback came from"),
    "event_id": _text("event_id", "jtel's id of the event"),
    "event_type": Name("number", "jtel's type of the event; 3 is a callback", attrgetter("event_type")),
    "caller": _text("caller", "the caller's number, E.164 when it is a valid number, else as sent"),
    "callback_number": _text("callback_number", "the number to call back, E.164 when it is valid, else as sent"),
    "service_number": _text("service_number", "the number that was called, E.164 when it is valid, else as sent"),
    "service_name": _text("service_name", "the name of the number that was called"),
    "group_id": Name("number", "the ACD group's id", attrgetter("group_id")),
    "group_name": _text("group_name", "the ACD group's name"),
    "group_foreign_id": _text("group_foreign_id", 'the ACD group\'s "Foreign System ID"'),
    "call_start": Name("time", "when the call began, on the source's clock", attrgetter("call_start")),
    "call_end": Name("time", "when the call ended, on the source's clock", attrgetter("call_end")),
    "waited": Name("duration", "how long the caller was in the phone system", attrgetter("waited")),
    "requested_at": Name(
        "time",
        "when the caller asked: the end of the call, else the next best",
        attrgetter("requested_at"),
    ),
    "received_at": Name("time", "when the callback reached Ringback", attrgetter("received_at")),
    "subject": _text("subject", "the subject that jtel gives it, as plain text"),
    "body": _text("body", "what the caller said, as plain text"),
    "creating_user": _text("creating_user.label", "nick name, UID or id of the jtel user who made it"),
    "target_user": _text("target_user.label", "nick name, UID or id of the jtel user whom it is for"),
    "salesforce_id": _text("salesforce_id", "the id of the Salesforce record that the IVR found"),
    "salesforce_query_result": Name(
        "number", "what the IVR's last search found: 0 nothing, 1 one, 2 several", attrgetter("salesforce_query_result")
    ),
    "user_data": _text("user_data", "a text that came in the place of a record's id"),
    "extra": Name("mapping", "the fields that jtel does not document: `extra.CampaignName`", attrgetter("extra")),
    "headline": Name("text", "whom to call back, what they had called and the subject, in a line", headline),
    "summary": Name("text", "all of the above that is known, a line each, and what the caller said", _summary),
}
JTELS: Mapping[str, Name] = {field.name: _sent(field.name, field.meaning) for field in JTEL_FIELDS}
NAMES: Mapping[str, Name] = {**FRIENDLY, **JTELS}
KNOWN_NAMES = frozenset(NAMES)
