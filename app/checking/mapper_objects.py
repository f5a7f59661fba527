"""Of which objects a rule's mapper makes records: it says so, and it shows it with made-up callbacks."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from app.domain.callback import Callback, Person
from app.domain.errors import MappingError
from app.domain.source import Source
from app.mapping.rules import Rule

_NOW = datetime(2026, 1, 15, 10, 42, tzinfo=UTC)
_SOURCE = Source("default", ZoneInfo("UTC"), "DE")
_BARE = Callback(_SOURCE, "1", _NOW, callback_number="+4930901820")
_FULL = replace(
    _BARE,
    event_type=3,
    caller="+4930901820",
    service_number="+498912345678",
    service_name="Service Hotline",
    group_id=1,
    group_name="Support",
    group_foreign_id="SERVICE_B2B",
    call_start=_NOW - timedelta(minutes=5),
    call_end=_NOW,
    created=_NOW,
    subject="Callback",
    body="Please call back.",
    creating_user=Person(1, "agent", "Agent"),
    target_user=Person(2, "agent2", "Agent 2"),
    salesforce_query_result=1,
)
# Contact, Account, Case, Lead: what a mapper may decide by.
_LINKED = ("003Rb0000000001IAA", "001Rb0000000001IAA", "500Rb0000000001IAA", "00QRb0000000001IAA")
_SAMPLES = (_BARE, _FULL, *(replace(_FULL, salesforce_id=record_id) for record_id in _LINKED))


def objects_of(rule: Rule, *, ask: bool) -> set[str]:
    """The names of the objects, as far as they can be known before a callback comes."""
    objects = set(rule.mapper.objects)
    for callback in _SAMPLES if ask else ():
        # A made-up callback may lack what the mapper needs.
        with suppress(MappingError):
            objects.add(rule.apply(callback).object)
    return objects
