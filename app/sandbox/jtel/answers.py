"""What each call of jtel's REST API answers. Those that only show records need no function of their own."""

import json
from collections.abc import Callable, Mapping

from app.jtel.calls import JtelAnswer, JtelCall
from app.sandbox.jtel import campaigns, variables
from app.sandbox.jtel.arguments import Arguments
from app.sandbox.jtel.envelope import JsonChunks, record, records
from app.sandbox.jtel.events import create_event
from app.sandbox.jtel.phone_system import PhoneSystem
from app.sandbox.jtel.refusals import not_found
from app.sandbox.jtel.store import Fields

Answered = Fields | JsonChunks
_WORDS = {
    "AcdEvent": "AcdEvent",
    "AcdGroup": "ACD group",
    "User": "User",
    "ServiceNumber": "Service number",
    "CockpitVariable": "Cockpit variable",
    "DiallerCampaign": "Dialler campaign",
}


def answer(phones: PhoneSystem, call: JtelCall, arguments: Arguments) -> Answered:
    """The body of the answer; raises `RefusedCallError`."""
    if call.name in _OWN:
        return _OWN[call.name](phones, call, arguments)
    return (_all if call.answer is JtelAnswer.LIST else _single)(phones, call, arguments)


def _all(phones: PhoneSystem, call: JtelCall, arguments: Arguments) -> Answered:
    """All records of a kind, or those with this in their name."""
    part = (arguments.get("name") or "").lower()
    order = call.ordered_by or "ID"
    found = phones.store.all(call.record, order)
    return records(order, (json.dumps(one) for one in found if part in one.get("Name", "").lower()))


def _single(phones: PhoneSystem, call: JtelCall, arguments: Arguments) -> Answered:
    (record_id,) = arguments.values()
    fields = phones.store.get(call.record, record_id)
    if fields is None:
        raise not_found(_WORDS[call.record])
    return record(fields)


def _events(phones: PhoneSystem, call: JtelCall, _: Arguments) -> Answered:
    return records(call.ordered_by, phones.store.events_as_json())


def _event(phones: PhoneSystem, call: JtelCall, arguments: Arguments) -> Answered:
    event = phones.store.event(arguments["AcdEventsID"])
    if event is None:
        raise not_found(_WORDS[call.record])
    return record(event.fields)


def _create_event(phones: PhoneSystem, _: JtelCall, arguments: Arguments) -> Answered:
    event, updated = create_event(phones.store, arguments)
    phones.send_later(event)
    return record({**event.fields, "Result_": "UPDATED"} if updated else event.fields)


_OWN: Mapping[str, Callable[[PhoneSystem, JtelCall, Arguments], Answered]] = {
    "events": _events,
    "event": _event,
    "create_event": _create_event,
    "set_variable": lambda phones, _, arguments: variables.set_value(phones.store, arguments),
    "result_codes": lambda phones, _, arguments: campaigns.result_codes(phones.store, arguments),
    "clone_campaign": lambda phones, _, arguments: campaigns.clone(phones.store, arguments),
    "delete_campaign": lambda phones, _, arguments: campaigns.delete(phones.store, arguments),
    "delete_campaign_named": lambda phones, _, arguments: campaigns.delete_named(phones.store, arguments),
}
