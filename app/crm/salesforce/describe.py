"""Objects and fields as Salesforce describes them to our user."""

from collections.abc import Mapping
from typing import Any

from app.crm.org import FieldInfo, ObjectInfo, RecordTypeInfo
from app.crm.salesforce.client import Client
from app.crm.salesforce.errors import unreadable
from app.waiting import Deadline

_NUMBERS = ("double", "currency", "percent")


def describe(client: Client, object_name: str, deadline: Deadline) -> ObjectInfo:
    """The object with the fields that our user sees, by one call. Raises `CrmError`."""
    said = client.call("GET", f"sobjects/{object_name}/describe", deadline)
    fields = said.get("fields") if isinstance(said, dict) else None
    if not isinstance(fields, list) or not all(isinstance(one, dict) and one.get("name") for one in fields):
        raise unreadable("describe", outcome_unknown=False)
    return ObjectInfo(
        name=str(said.get("name") or object_name),
        label=str(said.get("label") or object_name),
        plural=str(said.get("labelPlural") or object_name),
        createable=bool(said.get("createable")),
        readable=bool(said.get("queryable")),
        fields={one["name"]: _field(one) for one in fields},
        record_types=tuple(_record_type(one) for one in said.get("recordTypeInfos") or [] if not one.get("master")),
    )


def _field(said: Mapping[str, Any]) -> FieldInfo:
    kind = str(said.get("type"))
    createable = bool(said.get("createable"))
    optional = said.get("nillable", True) or said.get("defaultedOnCreate") or kind == "boolean"
    digits = int(said.get("digits") or 0)
    if kind in _NUMBERS:
        digits = int(said.get("precision") or 0) - int(said.get("scale") or 0)
    return FieldInfo(
        name=str(said["name"]),
        label=str(said.get("label") or said["name"]),
        type=kind,
        length=int(said.get("length") or 0),
        digits=digits,
        createable=createable,
        updateable=bool(said.get("updateable")),
        grantable=bool(said.get("permissionable", True)),
        computed=bool(said.get("calculated") or said.get("autoNumber")),
        required=createable and not optional,
        restricted=bool(said.get("restrictedPicklist")),
        values=tuple(str(one["value"]) for one in said.get("picklistValues") or [] if one.get("active", True)),
        targets=tuple(str(one) for one in said.get("referenceTo") or []),
        external_id=said.get("externalId") is True,
        unique=said.get("unique") is True,
        case_sensitive=bool(said.get("caseSensitive")),
    )


def _record_type(said: Mapping[str, Any]) -> RecordTypeInfo:
    return RecordTypeInfo(
        id=str(said.get("recordTypeId")),
        name=str(said.get("name")),
        developer_name=str(said.get("developerName")),
        active=bool(said.get("active", True)),
        available=bool(said.get("available", True)),
    )
