"""From the JSON of a write to values by field: names in any case, nested parents, what may not be set."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.salesforce import errors, values
from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.store import Store


class PayloadReader:
    """Reads what a client sent for one record; refuses what Salesforce would before it looks at the data."""

    def __init__(self, org: SandboxOrg, store: Store) -> None:
        self._org = org
        self._store = store

    def read(self, call: ApiCall, obj: SObject, data: Mapping[str, Any], *, creating: bool) -> dict[str, Any]:
        """The values by field name, in their stored form."""
        result: dict[str, Any] = {}
        closed: list[str] = []
        for name, value in data.items():
            if name == "attributes":
                continue
            field, stored = self._read_one(call, obj, name, value)
            if not self._may_write(call, obj, field, creating=creating):
                closed.append(field.name)
            result[field.name] = stored
        if closed:
            raise errors.not_writable(closed)
        return result

    def _read_one(self, call: ApiCall, obj: SObject, name: str, value: Any) -> tuple[Field, Any]:
        field = obj.field(name)
        if field is not None and field.name == "Id":
            message = "The Id field should not be specified in the sobject data."
            raise errors.error(400, "INVALID_FIELD", message, ["Id"])
        if field is not None:
            return field, values.parse(field, value, lambda: call.place_of(name))
        parent = obj.parent(name)
        if parent is None:
            raise errors.no_such_column(name, obj.name)
        return parent, self._foreign_key(call, parent, value, call.place_of(name))

    def _may_write(self, call: ApiCall, obj: SObject, field: Field, *, creating: bool) -> bool:
        open_field = field.createable if creating else field.updateable
        return open_field and self._org.field_access(obj.name, field, call.user_id) == "edit"

    def _foreign_key(self, call: ApiCall, reference: Field, value: Any, place: str) -> str | None:
        """A parent named by its external id: `"Contact": {"CustomerNo__c": "4711"}`."""
        if value is None:
            return None
        if not isinstance(value, dict):
            kind = "START_ARRAY" if isinstance(value, list) else "VALUE_STRING"
            raise errors.bad_json(f"Cannot deserialize instance of reference from {kind} value {place}")
        pairs = [(k, v) for k, v in value.items() if k != "attributes"]
        attributes = value.get("attributes")
        named = attributes.get("type") if isinstance(attributes, dict) else None
        entity = named or reference.references[0]
        if len(pairs) != 1:
            message = f"More than 1 field provided in an external foreign key reference in entity: {entity}"
            raise errors.error(400, "INVALID_FIELD", message)
        return self._find(call, str(entity), *pairs[0])

    def _find(self, call: ApiCall, entity: str, name: str, value: Any) -> str:
        parent = self._org.visible(entity, call.user_id)
        field = parent.field(name) if parent else None
        if parent is None or field is None or not field.external_id:
            message = f"Field name provided, {name} is not an External ID or indexed field for {entity}"
            raise errors.error(400, "INVALID_FIELD", message)
        found = self._store.find(parent.name, field.name, key_value(field, value))
        if len(found) != 1:
            problem = "not found" if not found else "matches several records"
            message = f"Foreign key external ID: {value} {problem} for field {field.name} in entity {parent.name}"
            raise errors.error(400, "INVALID_FIELD", message, [])
        return found[0]


def key_value(field: Field, value: Any) -> str:
    """A value as it stands in an index: without case, unless the field minds it."""
    text = str(value).strip()
    return text if field.case_sensitive else text.casefold()
