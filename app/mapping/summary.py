"""What is known of a caller, for the agent.

That is the record that jtel's IVR found, with the field of the Case that takes it; and the readable block that
`{{ summary }}` stands for: who, called what, when, how long, what they said.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from gettext import NullTranslations

from app import translation
from app.domain.callback import Callback
from app.domain.numbers import digits_of
from app.domain.record import Ref, Value
from app.domain.times import is_placeholder
from app.translation import ENGLISH, gettext_noop

_ENGLISH = translation.of(ENGLISH)
# The first three characters of a Salesforce id name the object.
FIELD_BY_PREFIX = {"003": "ContactId", "001": "AccountId", "500": "ParentId"}
OWNER = "OwnerId"
# The fields of Cases and Tasks that hold an id, and the kind of ref that leads to it.
REF_BY_FIELD = {
    OWNER: "queue",
    "RecordTypeId": "record_type",
    "ContactId": "contact",
    "AccountId": "account",
    "ParentId": "open_case",
    "WhoId": "contact",
    "WhatId": "account",
}
NAME_BY_PREFIX = {
    "003": gettext_noop("contact {id}"),
    "001": gettext_noop("account {id}"),
    "500": gettext_noop("case {id}"),
    "00Q": gettext_noop("lead {id}"),
    "006": gettext_noop("opportunity {id}"),
}
# Refs of these kinds look for the caller by their telephone number.
SEARCHES = ("contact", "account")
# jtel's fields for the numbers of a callback; one that is longer is no number.
_NUMBERS = ("CallbackNumber", "Caller", "Sender", "ServiceNumbersNumber", "Receiver")
_LONGEST = 100
_RECORD = gettext_noop("record {id}")
_SEVERAL = gettext_noop("several records match this caller, so none is linked")
_SEVERAL_NAMED = gettext_noop("several records match this caller, so none is linked (jtel named {id})")
_UNITS = (gettext_noop("{number} h"), gettext_noop("{number} min"), gettext_noop("{number} s"))


def related_field(callback: Callback) -> tuple[str, str] | None:
    """The Case's field and the id for it; nothing when there is no id, no field for it, or several matched."""
    if callback.salesforce_id is None or callback.ambiguous:
        return None
    field = FIELD_BY_PREFIX.get(callback.salesforce_id[:3])
    return (field, callback.salesforce_id) if field else None


def describe_related(callback: Callback) -> str | None:
    """What to tell the agent about the caller's record, where no field of the Case says it."""
    said = _said_of_record(callback)
    return said and callback.source.texts.gettext(said).format(id=callback.salesforce_id)


def _said_of_record(callback: Callback) -> str | None:
    if callback.ambiguous:
        return _SEVERAL_NAMED if callback.salesforce_id else _SEVERAL
    return NAME_BY_PREFIX.get(callback.salesforce_id[:3], _RECORD) if callback.salesforce_id else None


def is_search(value: Value | None) -> bool:
    """Whether the value is a ref that looks for the caller's record."""
    return isinstance(value, Ref) and value.kind in SEARCHES


def without_search(callback: Callback, values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields without refs that look for the caller, unless jtel's IVR found nobody.

    When it found several, a search would find them too: what the rule takes `otherwise` is taken.
    """
    if callback.salesforce_id is None and not callback.ambiguous:
        return dict(values)
    others = {name: value for name, value in values.items() if not is_search(value)}
    if not callback.ambiguous:
        return others
    instead = {name: _otherwise(value) for name, value in values.items() if is_search(value)}
    return others | {name: value for name, value in instead.items() if value is not None}


def _otherwise(value: Value | None) -> Value | None:
    while isinstance(value, Ref) and is_search(value):
        value = value.otherwise
    return value


def summarize(callback: Callback, *, linked: bool) -> str:
    """A line for each thing known, a blank line, and what the caller said. A `linked` record is not named again."""
    texts = callback.source.texts
    lines = [f"{texts.gettext(label)}: {text}" for label, text in _facts(callback, linked, texts) if text]
    said = [callback.body] if callback.body else []
    return "\n\n".join(["\n".join(lines), *said])


def headline(callback: Callback) -> str:
    """On one line for whom the callback is, what was called, and what it is about."""
    texts = callback.source.texts
    number = callback.callback_number or texts.gettext("unknown number")
    service = f" ({callback.service_name})" if callback.service_name else ""
    subject = f": {callback.subject}" if callback.subject else ""
    return texts.gettext("Callback for {number}").format(number=number) + service + subject


def duration(value: timedelta, texts: NullTranslations = _ENGLISH) -> str:
    """`3 min 53 s`, or `53 s`, or `1 h 3 min 53 s`."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    said = [(number, unit) for number, unit in zip((hours, minutes, seconds), _UNITS, strict=True) if number]
    return " ".join(texts.gettext(unit).format(number=number) for number, unit in said or [(0, _UNITS[-1])])


def _facts(callback: Callback, linked: bool, texts: NullTranslations) -> list[tuple[str, str | None]]:
    caller = callback.caller if callback.caller != callback.callback_number else None
    return [
        ("Call back", callback.callback_number),
        ("Caller", caller),
        ("Called", _named(callback.service_name, callback.service_number)),
        ("Numbers as sent", _as_sent(callback)),
        ("Group", _named(callback.group_name, callback.group_foreign_id or _text(callback.group_id))),
        ("Requested", f"{_clock(callback.requested_at, texts)} ({callback.source.zone.key})"),
        ("Call", _call(callback, texts)),
        ("Subject", callback.subject),
        ("Created by", callback.creating_user.label),
        ("Meant for", callback.target_user.label),
        ("Record", None if linked else describe_related(callback)),
        ("Note", callback.user_data),
        ("jtel event", f"{callback.event_id} ({callback.source.name})"),
    ]


def _as_sent(callback: Callback) -> str | None:
    """The numbers whose digits stand in no line above: one that was read wrongly is still there to be called."""
    numbers = (callback.callback_number, callback.caller, callback.service_number)
    above = {digits_of(number) for number in numbers if number}
    sent = {name: text for name in _NUMBERS if (text := callback.sent.get(name))}
    hidden = [f"{name} {_shortened(text)}" for name, text in sent.items() if digits_of(text) not in {"", *above}]
    return ", ".join(hidden) or None


def _shortened(text: str) -> str:
    return " ".join(text[:_LONGEST].split())


def _call(callback: Callback, texts: NullTranslations) -> str | None:
    if callback.call_start is None:
        sent = callback.sent.get("dtCallStart")
        # A time that we cannot read may still tell a person something.
        return None if sent is None or is_placeholder(sent) else sent
    begun = _clock(callback.call_start, texts)
    waited = callback.waited
    if waited is None:
        return begun
    said = duration(waited, texts)
    return texts.gettext("{begun}, {duration} in the phone system").format(begun=begun, duration=said)


def _named(name: str | None, detail: str | None) -> str | None:
    return f"{name} ({detail})" if name and detail else name or detail


def _clock(time: datetime, texts: NullTranslations) -> str:
    return texts.gettext("{time:%Y-%m-%d %H:%M:%S}").format(time=time)


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
