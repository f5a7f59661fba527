"""A record as REST shows it."""

from collections.abc import Sequence
from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import no_such_column
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql.paths import Paths
from app.sandbox.salesforce.store import StoredRecord


def render(
    instance: Instance, call: ApiCall, record: StoredRecord, names: Sequence[str] | None = None
) -> dict[str, Any]:
    """All fields the caller may see, or those asked for; `Id` is always there."""
    obj = instance.records.visible(call, record.object)
    paths = Paths(instance.org, instance.store, call.user_id)
    body: dict[str, Any] = {"attributes": {"type": obj.name, "url": call.url(obj.name, record.id)}}
    for field in _fields(obj, names):
        body[field.name] = paths.value(obj, field, record)
    return body


def _fields(obj: SObject, names: Sequence[str] | None) -> list[Field]:
    if names is None:
        return list(obj.fields.values())
    fields = [_field(obj, name) for name in names]
    return fields if any(f.name == "Id" for f in fields) else [*fields, obj.fields["Id"]]


def _field(obj: SObject, name: str) -> Field:
    field = obj.field(name)
    if field is None:
        raise no_such_column(name, obj.name)
    return field
