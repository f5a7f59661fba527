"""/sobjects (all objects) and /sobjects/X/describe: what the org consists of, as the caller sees it."""

from collections.abc import Mapping
from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.resources.field_describe import describe_field
from app.sandbox.salesforce.routing import Route
from app.sandbox.salesforce.schema import SObject
from app.sandbox.salesforce.store import StoredRecord

MASTER = {"recordTypeId": "012000000000000AAA", "name": "Master", "developerName": "Master"}


def describe_global(instance: Instance, call: ApiCall) -> ApiAnswer:
    names = sorted(instance.org.objects)
    visible = [o for n in names if (o := instance.org.visible(n, call.user_id))]
    sobjects = [_summary(instance, call, obj) for obj in visible]
    return ApiAnswer(body={"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": sobjects})


def basic(instance: Instance, call: ApiCall, object_name: str) -> ApiAnswer:
    obj = instance.records.visible(call, object_name)
    return ApiAnswer(body={"objectDescribe": _summary(instance, call, obj), "recentItems": []})


def describe(instance: Instance, call: ApiCall, object_name: str) -> ApiAnswer:
    obj = instance.records.visible(call, object_name)
    fields = [describe_field(instance.org, obj, field, call.user_id) for field in obj.fields.values()]
    body = {
        **_summary(instance, call, obj),
        "actionOverrides": [],
        "childRelationships": _children(instance, obj),
        "compactLayoutable": True,
        "fields": fields,
        "namedLayoutInfos": [],
        "recordTypeInfos": _record_types(instance, call, obj),
        "searchLayoutable": True,
        "supportedScopes": [{"label": f"All {obj.plural.lower()}", "name": "everything"}],
    }
    return ApiAnswer(body=body)


def _summary(instance: Instance, call: ApiCall, obj: SObject) -> dict[str, Any]:
    edit = instance.org.object_access(obj.name, call.user_id) == "edit"
    base = f"{call.base}/sobjects/{obj.name}"
    return {
        "activateable": False,
        "createable": obj.createable and edit,
        "custom": False,
        "customSetting": False,
        "deletable": obj.deletable and edit,
        "deprecatedAndHidden": False,
        "feedEnabled": False,
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": obj.prefix,
        "label": obj.label,
        "labelPlural": obj.plural,
        "layoutable": True,
        "mergeable": False,
        "mruEnabled": True,
        "name": obj.name,
        "queryable": True,
        "replicateable": True,
        "retrieveable": True,
        "searchable": True,
        "triggerable": True,
        "undeletable": obj.deletable and edit,
        "updateable": obj.updateable and edit,
        "urls": {"sobject": base, "describe": f"{base}/describe", "rowTemplate": f"{base}/{{ID}}"},
    }


def _children(instance: Instance, obj: SObject) -> list[dict[str, Any]]:
    return [
        {
            "cascadeDelete": False,
            "childSObject": child.name,
            "deprecatedAndHidden": False,
            "field": field.name,
            "junctionIdListNames": [],
            "junctionReferenceTo": [],
            "relationshipName": child.plural.replace(" ", "") if field.name != "ParentId" else None,
            "restrictedDelete": False,
        }
        for child in instance.org.objects.values()
        for field in child.fields.values()
        if obj.name in field.references
    ]


def _record_types(instance: Instance, call: ApiCall, obj: SObject) -> list[dict[str, Any]]:
    types = [r for r in instance.store.all("RecordType") if r.fields["SobjectType"] == obj.name]
    return [*(_record_type(instance, call, obj, r) for r in types), _record_type_info(call, obj, MASTER)]


def _record_type(instance: Instance, call: ApiCall, obj: SObject, record: StoredRecord) -> dict[str, Any]:
    names = {"name": record.fields["Name"], "developerName": record.fields["DeveloperName"]}
    active = bool(record.fields["IsActive"])
    available = active and instance.org.record_type_available(record.id, call.user_id)
    return _record_type_info(call, obj, {"recordTypeId": record.id, **names}, active=active, available=available)


def _record_type_info(
    call: ApiCall, obj: SObject, kind: Mapping[str, str], *, active: bool = True, available: bool = True
) -> dict[str, Any]:
    layout = f"{call.base}/sobjects/{obj.name}/describe/layouts/{kind['recordTypeId']}"
    return {
        "active": active,
        "available": available,
        "defaultRecordTypeMapping": kind is MASTER,
        "master": kind is MASTER,
        **kind,
        "urls": {"layout": layout},
    }


ROUTES = [
    Route("GET", "sobjects", describe_global),
    Route("GET", "sobjects/{object_name}", basic),
    Route("GET", "sobjects/{object_name}/describe", describe),
]
