"""Creating, changing and deleting records under the org's rules."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.salesforce import errors
from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.payload import PayloadReader, key_value
from app.sandbox.salesforce.saving import Saver
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.store import Store, StoredRecord


class SeveralRecordsError(Exception):
    """An external id that is not unique names several records."""

    def __init__(self, record_ids: list[str]) -> None:
        super().__init__("several records have this external id")
        self.record_ids = record_ids


class Records:
    """The one way REST resources write."""

    def __init__(self, org: SandboxOrg, store: Store, saver: Saver) -> None:
        self._org = org
        self._store = store
        self._saver = saver
        self._payload = PayloadReader(org, store)

    def visible(self, call: ApiCall, object_name: str) -> SObject:
        """The object as the caller sees it, or NOT_FOUND."""
        found = self._org.visible(object_name, call.user_id)
        if found is None:
            raise errors.not_found()
        return found

    def external_field(self, call: ApiCall, object_name: str, field_name: str) -> Field:
        """A field a record can be addressed by, or NOT_FOUND."""
        field = self.visible(call, object_name).field(field_name)
        if field is None or not (field.external_id or field.name == "Id"):
            raise errors.not_found()
        return field

    def get(self, call: ApiCall, object_name: str, record_id: str) -> StoredRecord:
        """A living record by its id."""
        obj = self.visible(call, object_name)
        full = normalise(record_id)
        record = self._store.get(full) if full else None
        if record is None or record.object != obj.name:
            raise errors.not_found()
        if record.deleted:
            raise errors.deleted(404)
        return record

    def find(self, call: ApiCall, object_name: str, field_name: str, value: str) -> list[str]:
        """The ids of the records with this external id."""
        field = self.external_field(call, object_name, field_name)
        if field.name == "Id":
            return [self.get(call, object_name, value).id]
        return self._store.find(self.visible(call, object_name).name, field.name, key_value(field, value))

    def create(self, call: ApiCall, object_name: str, data: Mapping[str, Any]) -> str:
        obj = self._writable(call, object_name, "createable", "inserted")
        values = self._payload.read(call, obj, data, creating=True)
        record = StoredRecord(obj.name, "", {})
        return self._saver.save(call, obj, record, values)

    def update(self, call: ApiCall, object_name: str, record_id: str, data: Mapping[str, Any]) -> None:
        obj = self._writable(call, object_name, "updateable", "updated")
        record = self._existing(obj, record_id)
        values = self._payload.read(call, obj, data, creating=False)
        self._saver.save(call, obj, record, values)

    def delete(self, call: ApiCall, object_name: str, record_id: str) -> None:
        obj = self._writable(call, object_name, "deletable", "deleted")
        record = self._existing(obj, record_id)
        record.deleted = True
        record.fields["IsDeleted"] = True
        self._store.save(record, keys=())  # a deleted record frees its unique values

    def upsert(
        self,
        call: ApiCall,
        object_name: str,
        field_name: str,
        value: str,
        data: Mapping[str, Any],
        *,
        update_only: bool,
    ) -> tuple[str, bool]:
        """The id, and whether the record is new.

        Looking and writing are two steps, as they are in Salesforce: of two that race, one may meet
        DUPLICATE_VALUE.
        """
        field = self.external_field(call, object_name, field_name)
        if any(name.lower() == field.name.lower() for name in data):
            message = f"The {field.name} field should not be specified in the sobject data."
            raise errors.error(400, "INVALID_FIELD", message, [field.name])
        found = self.find(call, object_name, field_name, value)
        if len(found) > 1:
            raise SeveralRecordsError(found)
        if found:
            self.update(call, object_name, found[0], data)
            return found[0], False
        if update_only:
            raise errors.not_found()
        return self.create(call, object_name, {**data, field.name: value}), True

    def _existing(self, obj: SObject, record_id: str) -> StoredRecord:
        full = normalise(record_id)
        if full is None:
            raise errors.error(400, "MALFORMED_ID", f"malformed id {record_id}", ["Id"])
        record = self._store.get(full)
        if record is None or record.object != obj.name:
            raise errors.cross_reference(404)
        if record.deleted:
            raise errors.deleted(404)
        return record

    def _writable(self, call: ApiCall, object_name: str, ability: str, done: str) -> SObject:
        """The whole object, hidden fields too: writing one of those has its own error."""
        name = self.visible(call, object_name).name
        obj = self._org.objects[name]
        if not getattr(obj, ability):
            message = f"entity type cannot be {done}: {obj.label}"
            raise errors.error(400, "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", message, [])
        if self._org.object_access(name, call.user_id) != "edit":
            raise _no_access()
        return obj


def _no_access() -> SalesforceError:
    message = "insufficient access rights on object id"
    return errors.error(403, "INSUFFICIENT_ACCESS_OR_READONLY", message, [])
