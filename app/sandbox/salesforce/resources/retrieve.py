"""/composite/sobjects/X: several records of one object in one call."""

from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import SalesforceError, error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.rendering import render
from app.sandbox.salesforce.routing import Route

MAX_IDS = 2000


def by_get(instance: Instance, call: ApiCall, object_name: str) -> ApiAnswer:
    ids, fields = (call.parameters.get(name, "").split(",") for name in ("ids", "fields"))
    return _retrieve(instance, call, object_name, ids, fields)


def by_post(instance: Instance, call: ApiCall, object_name: str) -> ApiAnswer:
    body = call.json_object()
    return _retrieve(instance, call, object_name, body.get("ids") or [], body.get("fields") or [])


def _retrieve(instance: Instance, call: ApiCall, object_name: str, ids: list[str], fields: list[str]) -> ApiAnswer:
    """In the order of the ids; null for what is not there."""
    instance.records.visible(call, object_name)
    if not any(ids) or not any(fields):
        raise error(400, "REQUIRED_FIELD_MISSING", "ids and fields are required")
    if len(ids) > MAX_IDS:
        raise error(400, "EXCEEDED_ID_LIMIT", f"record limit reached. cannot submit more than {MAX_IDS} ids")
    return ApiAnswer(body=[_one(instance, call, object_name, record_id, fields) for record_id in ids])


def _one(instance: Instance, call: ApiCall, object_name: str, record_id: str, fields: list[str]) -> Any:
    try:
        record = instance.records.get(call, object_name, record_id.strip())
    except SalesforceError:
        return None
    return render(instance, call, record, [f.strip() for f in fields])


ROUTES = [
    Route("GET", "composite/sobjects/{object_name}", by_get),
    Route("POST", "composite/sobjects/{object_name}", by_post),
]
