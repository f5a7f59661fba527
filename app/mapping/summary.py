"""The readable block that `{{ summary }}` stands for: who, called what, when, how long, what they said."""

from datetime import datetime, timedelta

from app.domain.callback import Callback
from app.domain.numbers import digits_of
from app.domain.times import is_placeholder
from app.mapping.related import describe_related

# jtel's fields for the numbers of a callback; one that is longer is no number.
_NUMBERS = ("CallbackNumber", "Caller", "Sender", "ServiceNumbersNumber", "Receiver")
_LONGEST = 100


def summarize(callback: Callback, *, linked: bool) -> str:
    """A line for each thing known, a blank line, and what the caller said. A `linked` record is not named again."""
    lines = [f"{label}: {text}" for label, text in _facts(callback, linked) if text]
    said = [callback.body] if callback.body else []
    return "\n\n".join(["\n".join(lines), *said])


def duration(value: timedelta) -> str:
    """`3 min 53 s`, or `53 s`, or `1 h 3 min 53 s`."""
    minutes, seconds = divmod(int(value.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    said = [f"{number} {unit}" for number, unit in [(hours, "h"), (minutes, "min"), (seconds, "s")] if number]
    return " ".join(said) or "0 s"


def _facts(callback: Callback, linked: bool) -> list[tuple[str, str | None]]:
    caller = callback.caller if callback.caller != callback.callback_number else None
    return [
        ("Call back", callback.callback_number),
        ("Caller", caller),
        ("Called", _named(callback.service_name, callback.service_number)),
        ("Numbers as sent", _as_sent(callback)),
        ("Group", _named(callback.group_name, callback.group_foreign_id or _text(callback.group_id))),
        ("Requested", f"{_clock(callback.requested_at)} ({callback.source.zone.key})"),
        ("Call", _call(callback)),
        ("Subject", callback.subject),
        ("Created by", callback.creating_user.label),
        ("Meant for", callback.target_user.label),
        ("Record", None if linked else describe_related(callback)),
        ("Note", callback.user_data),
        ("jtel event", f"{callback.event_id} ({callback.source.name})"),
    ]


def _as_sent(callback: Callback) -> str | None:
    """The numbers whose digits stand in no line above: one that was read wrongly is still there to be called."""
    above = {digits_of(number) for number in (callback.callback_number, callback.caller, callback.service_number)}
    sent = {name: callback.sent.get(name) or "" for name in _NUMBERS}
    hidden = [f"{name} {_shortened(text)}" for name, text in sent.items() if digits_of(text) not in {"", *above}]
    return ", ".join(hidden) or None


def _shortened(text: str) -> str:
    return " ".join(text[:_LONGEST].split())


def _call(callback: Callback) -> str | None:
    if callback.call_start is None:
        sent = callback.sent.get("dtCallStart")
        # A time that we cannot read may still tell a person something.
        return None if sent is None or is_placeholder(sent) else sent
    begun = f"{_clock(callback.call_start)}"
    if callback.waited is None:
        return begun
    return f"{begun}, {duration(callback.waited)} in the phone system"


def _named(name: str | None, detail: str | None) -> str | None:
    return f"{name} ({detail})" if name and detail else name or detail


def _clock(time: datetime) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S")


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
