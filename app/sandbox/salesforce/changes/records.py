"""Changes of records that no rule stands in the way of."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.salesforce.changes.lookup import BadChangeError, find_record, find_user
from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.saving import keys_of
from app.sandbox.salesforce.store import StoredRecord


def deactivate_user(instance: Instance, *, user: str) -> None:
    edit(instance, find_user(instance, user), {"IsActive": False})


def activate_user(instance: Instance, *, user: str) -> None:
    edit(instance, find_user(instance, user), {"IsActive": True})


def close_case(instance: Instance, *, case: str) -> None:
    found = find_record(instance, "Case", "CaseNumber", case)
    edit(instance, found, {"Status": "Closed", "IsClosed": True, "ClosedDate": stamp()})


def deactivate_record_type(instance: Instance, *, record_type: str) -> None:
    edit(instance, find_record(instance, "RecordType", "DeveloperName", record_type), {"IsActive": False})


def edit_record(instance: Instance, *, record: str, **values: Any) -> None:
    """Other values for the fields of a record, also of one that the API cannot write (a User, a RecordType)."""
    found = instance.store.get(normalise(record) or "")
    if found is None:
        raise BadChangeError(f"the org has no record {record}")
    unknown = set(values) - set(instance.org.objects[found.object].fields)
    if unknown:
        raise BadChangeError(f"{found.object} has no {', '.join(sorted(unknown))}")
    edit(instance, found, values)


def edit(instance: Instance, record: StoredRecord, values: Mapping[str, Any]) -> None:
    """Change a record as an admin: no rule stands in the way."""
    record.fields.update(values, LastModifiedDate=stamp())
    instance.store.save(record, keys_of(instance.org.objects[record.object], record))
