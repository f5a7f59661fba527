"""From the name of a field in a query to its value in a record, parents included."""

from collections.abc import Callable
from typing import Any

from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql.complaints import pointed
from app.sandbox.salesforce.soql.nodes import Path
from app.sandbox.salesforce.store import Store, StoredRecord

Getter = Callable[[StoredRecord], Any]
MAX_PARENTS = 5
_TYPE = Field("Type", length=40)
_NAMES = ("id", "name", "type", "alias", "email", "firstname", "isactive", "lastname", "phone", "title", "username")
"""What is known of a parent that can be of several objects: Salesforce shows its Name object in its place."""


class Paths:
    """Resolves paths for one object and one user; the text is that of the query, for the messages."""

    def __init__(self, org: SandboxOrg, store: Store, user_id: str, text: str = "", alias: str | None = None) -> None:
        self._org = org
        self._store = store
        self._user_id = user_id
        self._text = text
        self._alias = alias

    def resolve(self, obj: SObject, path: Path) -> tuple[Field, Getter]:
        """The field and how to read it, or INVALID_FIELD."""
        names = self.names_of(obj, path)
        if len(names) == 1:
            return self._own(obj, names[0], path)
        return self._parent(obj, names, path)

    def names_of(self, obj: SObject, path: Path) -> tuple[str, ...]:
        """The relationships and the field, without the object's own name or alias before them."""
        own = ((self._alias or "").lower(), obj.name.lower())
        return path.names[1:] if len(path.names) > 1 and path.names[0].lower() in own else path.names

    def _own(self, obj: SObject, name: str, path: Path) -> tuple[Field, Getter]:
        field = obj.field(name)
        if field is None:
            raise self._invalid(f"No such column '{name}' on entity '{obj.name}'. {_CUSTOM_FIELD}", path)
        return field, lambda record: self.value(obj, field, record)

    def value(self, obj: SObject, field: Field, record: StoredRecord) -> Any:
        """What a record has in a field; some are copies of a parent's."""
        if not field.parent_copy:
            return record.fields.get(field.name, False if field.type == "boolean" else None)
        reference, name = field.parent_copy
        parent = self.parent(record, obj.fields[reference])
        return parent.fields.get(name) if parent else None

    def parent(self, record: StoredRecord, reference: Field) -> StoredRecord | None:
        """The living record a reference leads to."""
        target = record.fields.get(reference.name)
        found = self._store.get(target) if target else None
        return found if found and not found.deleted else None

    def object_of(self, record: StoredRecord) -> SObject:
        return self._org.objects[record.object]

    def _parent(self, obj: SObject, names: tuple[str, ...], path: Path) -> tuple[Field, Getter]:
        reference = obj.parent(names[0])
        if reference is None or len(names) > MAX_PARENTS + 1:
            message = f"Didn't understand relationship '{names[0]}' in field path. {_CUSTOM_RELATION}"
            raise self._invalid(message, path)
        targets = [t for r in reference.references if (t := self._org.visible(r, self._user_id))]
        if len(targets) > 1 and len(names) == 2 and names[1].lower() == "type":
            return _TYPE, self._type_of(reference)
        if len(targets) > 1 and names[1].lower() not in _NAMES:
            raise self._invalid(f"No such column '{names[1]}' on entity 'Name'. {_CUSTOM_FIELD}", path)
        rest = Path(names[1:], path.position)
        resolved = {t.name: self.resolve(t, rest) for t in targets if len(names) > 2 or t.field(names[1])}
        if not resolved:
            raise self._invalid(f"No such column '{names[1]}' on entity '{names[0]}'. {_CUSTOM_FIELD}", path)

        def read(record: StoredRecord) -> Any:
            parent = self.parent(record, reference)
            found = resolved.get(parent.object) if parent else None
            return found[1](parent) if found and parent else None

        return next(iter(resolved.values()))[0], read

    def _type_of(self, reference: Field) -> Getter:
        """`Owner.Type`: which object it is, and Queue for a queue."""

        def read(record: StoredRecord) -> Any:
            parent = self.parent(record, reference)
            is_queue = parent is not None and parent.fields.get("Type") == "Queue"
            return "Queue" if is_queue else parent and parent.object

        return read

    def _invalid(self, message: str, path: Path) -> Exception:
        return error(400, "INVALID_FIELD", pointed(self._text, path.position, message))


_CUSTOM_FIELD = (
    "If you are attempting to use a custom field, be sure to append the '__c' after the custom field name. "
    "Please reference your WSDL or the describe call for the appropriate names."
)
_CUSTOM_RELATION = (
    "If you are attempting to use a custom relationship, be sure to append the '__r' after the custom "
    "relationship name. Please reference your WSDL or the describe call for the appropriate names."
)
