"""Whether the ids in a record lead anywhere they may lead."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.sandbox.salesforce import errors
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.store import Store, StoredRecord


class References:
    """Checks references before a record is saved."""

    def __init__(self, org: SandboxOrg, store: Store) -> None:
        self._org = org
        self._store = store

    def check(self, obj: SObject, values: dict[str, Any], names: Iterable[str], user_id: str) -> None:
        """Refuse what leads nowhere; write the ids of these fields in 18 characters."""
        for name in names:
            field = obj.fields.get(name)
            if field is None or field.type != "reference" or values.get(name) is None:
                continue
            record_id = normalise(values[name]) or ""
            values[name] = record_id
            self._check_target(obj, field, record_id, user_id)

    def _check_target(self, obj: SObject, field: Field, record_id: str, user_id: str) -> None:
        target = self._org.object_of(record_id)
        if target is None or target.name not in field.references:
            message = f"{field.label}: id value of incorrect type: {record_id}"
            raise errors.error(400, "MALFORMED_ID", message, [field.name])
        record = self._store.get(record_id)
        if field.name == "RecordTypeId":
            self._check_record_type(obj, record, record_id, user_id)
        elif record is None:
            raise errors.cross_reference()
        elif record.deleted:
            raise errors.deleted()
        elif field.name == "OwnerId":
            self._check_owner(obj, record)

    def _check_owner(self, obj: SObject, owner: StoredRecord) -> None:
        if owner.object == "User" and not owner.fields.get("IsActive"):
            message = f"operation performed with inactive user [{owner.id}] as owner of {obj.name.lower()}"
            raise errors.error(400, "INACTIVE_OWNER_OR_USER", message, ["OwnerId"])
        if owner.object != "Group":
            return
        if owner.fields.get("Type") != "Queue":
            raise errors.cross_reference()
        if obj.name not in self._queue_objects(owner.id):
            message = "Queue not associated with this SObject type"
            raise errors.error(400, "INVALID_OPERATION", message, [])

    def _queue_objects(self, queue_id: str) -> set[str]:
        """What a queue may own."""
        rows = (r.fields for r in self._store.all("QueueSobject"))
        return {row["SobjectType"] for row in rows if row["QueueId"] == queue_id}

    def _check_record_type(self, obj: SObject, record: StoredRecord | None, record_id: str, user_id: str) -> None:
        fields: Mapping[str, Any] = record.fields if record and not record.deleted else {}
        available = self._org.record_type_available(record_id, user_id)
        if available and fields.get("SobjectType") == obj.name and fields.get("IsActive"):
            return
        message = f"Record Type ID: this ID value isn't valid for the user: {record_id}"
        raise errors.error(400, "INVALID_CROSS_REFERENCE_KEY", message, ["RecordTypeId"])
