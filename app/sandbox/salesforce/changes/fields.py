"""Changes of fields and of who may use them."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.salesforce.changes.lookup import BadChangeError, find_field, find_record, find_user
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.saving import keys_of
from app.sandbox.salesforce.schema import Field

# Properties that are lists, also of one.
_SEVERAL = ("picklist", "references", "parent_copy")


def drop_field(instance: Instance, *, object: str, field: str) -> None:  # noqa: A002
    _override(instance, object, field, {"dropped": True}, must_exist=True)


def add_field(instance: Instance, *, object: str, field: str, **settings: Any) -> None:  # noqa: A002
    """A new field, or other properties for one that is there: type, length, required, unique, picklist …"""
    several = {name: [value] for name in _SEVERAL if isinstance(value := settings.get(name), str)}
    _override(instance, object, field, {**settings, **several})


def require_field(instance: Instance, *, object: str, field: str) -> None:  # noqa: A002
    _override(instance, object, field, {"required": True}, must_exist=True)


def restrict_picklist(instance: Instance, *, object: str, field: str, values: list[str]) -> None:  # noqa: A002
    _override(instance, object, field, {"restricted": True, "picklist": values}, must_exist=True)


def drop_picklist_value(instance: Instance, *, object: str, field: str, value: str) -> None:  # noqa: A002
    """Take a value out of a picklist; whether it is restricted stays as it is."""
    values = find_field(instance, object, field).picklist
    if value not in values:
        raise BadChangeError(f"{object}.{field} has no value {value}; there are {', '.join(values)}")
    _override(instance, object, field, {"picklist": [one for one in values if one != value]})


def field_access(instance: Instance, *, user: str, object: str, field: str, access: str) -> None:  # noqa: A002
    """`none`, `read` or `edit` for one user."""
    _access(instance, "field_access", user, f"{object}.{find_field(instance, object, field).name}", access)


def object_access(instance: Instance, *, user: str, object: str, access: str) -> None:  # noqa: A002
    _access(instance, "object_access", user, object, access)


def record_type_access(instance: Instance, *, user: str, record_type: str, available: bool) -> None:
    """Whether a user's profile or permission sets give them this record type."""
    user_id = find_user(instance, user).id
    kind = find_record(instance, "RecordType", "DeveloperName", record_type)
    instance.org.change(lambda s: s["record_type_access"].setdefault(user_id, {}).update({kind.id: available}))


def _override(
    instance: Instance, object_name: str, field_name: str, values: dict[str, Any], *, must_exist: bool = False
) -> None:
    obj = instance.org.object(object_name)
    field = obj.field(field_name) if obj else None
    if obj is None or (must_exist and field is None):
        raise BadChangeError(f"the org has no {object_name}.{field_name}")
    path = f"{obj.name}.{field.name if field else field_name}"

    def edit(settings: dict[str, Any]) -> None:
        known = settings["fields"].get(path, {})
        settings["fields"][path] = {k: v for k, v in {**known, **values}.items() if k != "dropped" or v}

    _check_properties(values)
    instance.org.change(edit)
    for record in instance.store.all(obj.name):  # the indexes follow
        instance.store.save(record, keys_of(instance.org.objects[obj.name], record))


def _check_properties(values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(Field.__dataclass_fields__) - {"dropped"}
    if unknown:
        raise BadChangeError(f"a field has no {', '.join(sorted(unknown))}")


def _access(instance: Instance, kind: str, user: str, path: str, access: str) -> None:
    if access not in ("none", "read", "edit"):
        raise BadChangeError("access is none, read or edit")
    user_id = find_user(instance, user).id
    instance.org.change(lambda s: s[kind].setdefault(user_id, {}).update({path: access}))
