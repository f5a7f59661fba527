"""Finding what a change is about, or saying that it is not there."""

from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.schema import Field
from app.sandbox.salesforce.store import StoredRecord


class BadChangeError(ValueError):
    """What was asked for cannot be done to the org."""


def find_field(instance: Instance, object_name: str, field_name: str) -> Field:
    obj = instance.org.object(object_name)
    field = obj.field(field_name) if obj else None
    if field is None:
        raise BadChangeError(f"the org has no {object_name}.{field_name}")
    return field


def find_user(instance: Instance, name: str) -> StoredRecord:
    users = instance.store.all("User")
    for key in ("Id", "Username", "Alias", "CommunityNickname"):
        for user in users:
            if user.fields.get(key) == name:
                return user
    raise BadChangeError(f"the org has no user {name}")


def find_named(instance: Instance, object_name: str, name: str) -> StoredRecord:
    return find_record(instance, object_name, "Name", name)


def find_record(instance: Instance, object_name: str, field: str, value: str) -> StoredRecord:
    full = normalise(value)
    for record in instance.store.all(object_name):
        if value == record.fields.get(field) or full == record.id:
            return record
    raise BadChangeError(f"the org has no {object_name} {value}")
