"""Changes of records that no rule stands in the way of."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.salesforce.changes.lookup import find_named, find_record, find_user
from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.saving import keys_of
from app.sandbox.salesforce.store import Record


def rename_queue(instance: Instance, *, queue: str, name: str) -> None:
    record = find_named(instance, "Group", queue)
    edit(instance, record, {"Name": name, "DeveloperName": name.replace(" ", "_")})


def deactivate_user(instance: Instance, *, user: str) -> None:
    edit(instance, find_user(instance, user), {"IsActive": False})


def activate_user(instance: Instance, *, user: str) -> None:
    edit(instance, find_user(instance, user), {"IsActive": True})


def close_case(instance: Instance, *, case: str) -> None:
    found = find_record(instance, "Case", "CaseNumber", case)
    edit(instance, found, {"Status": "Closed", "IsClosed": True, "ClosedDate": stamp()})


def deactivate_record_type(instance: Instance, *, record_type: str) -> None:
    edit(instance, find_record(instance, "RecordType", "DeveloperName", record_type), {"IsActive": False})


def edit(instance: Instance, record: Record, values: Mapping[str, Any]) -> None:
    """Change a record as an admin: no rule stands in the way."""
    record.fields.update(values, LastModifiedDate=stamp())
    instance.store.save(record, keys_of(instance.org.objects[record.object], record))
