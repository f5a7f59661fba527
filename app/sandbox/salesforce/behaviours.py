"""What an object does by itself when it is saved: names, numbers, closing, filling in."""

from collections.abc import Callable
from typing import Any

from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.store import Store, StoredRecord

Behaviour = Callable[[Store, StoredRecord, set[str]], None]
"""Called before a save with the record as it will be and the fields the client has set."""

FIRST_CASE_NUMBER = 1000


def person_name(_store: Store, record: StoredRecord, _sent: set[str]) -> None:
    names = (record.fields.get("FirstName"), record.fields.get("LastName"))
    record.fields["Name"] = " ".join(n for n in names if n)


def case(store: Store, record: StoredRecord, sent: set[str]) -> None:
    fields = record.fields
    if not fields.get("CaseNumber"):
        fields["CaseNumber"] = f"{FIRST_CASE_NUMBER + store.next_number('CaseNumber'):08d}"
    _follow_status(fields)
    if fields.get("ContactId") and not fields.get("AccountId") and "AccountId" not in sent:
        contact = store.get(fields["ContactId"])
        fields["AccountId"] = contact.fields.get("AccountId") if contact else None


def task(_store: Store, record: StoredRecord, _sent: set[str]) -> None:
    record.fields["IsClosed"] = record.fields.get("Status") == "Completed"


def _follow_status(fields: dict[str, Any]) -> None:
    closed = fields.get("Status") == "Closed"
    if closed != bool(fields.get("IsClosed")):
        fields["ClosedDate"] = stamp() if closed else None
    fields["IsClosed"] = closed


BEFORE_SAVE: dict[str, Behaviour] = {
    "Case": case,
    "Contact": person_name,
    "Lead": person_name,
    "User": person_name,
    "Task": task,
}
