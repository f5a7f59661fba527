"""/sobjects: one record at a time."""

import re
from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import not_found
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.records import SeveralRecordsError
from app.sandbox.salesforce.rendering import render
from app.sandbox.salesforce.routing import Route, not_allowed
from app.sandbox.salesforce.transactions import Transaction
from app.sandbox.salesforce.versions import UPSERT_TELLS

FILE_EXTENSION = re.compile(r"\.[A-Za-z]{2,4}$")
"""An external id that ends like a file name is not found: Salesforce takes the end for a format."""


def create(instance: Instance, call: ApiCall, object_name: str) -> ApiAnswer:
    data = call.json_object()
    transaction = Transaction(instance, call, [(object_name, data)])
    with transaction.running():
        transaction.check_parents(object_name, data)
        record_id = instance.records.create(call, object_name, data)
    name = instance.records.visible(call, object_name).name
    return _created(call, name, record_id)


def get(instance: Instance, call: ApiCall, object_name: str, record_id: str) -> ApiAnswer:
    if normalise(record_id) is None:
        instance.records.visible(call, object_name)
        raise not_found(f"Provided external ID field does not exist or is not accessible: {record_id}")
    record = instance.records.get(call, object_name, record_id)
    return ApiAnswer(body=render(instance, call, record, _wanted(call)))


def update(instance: Instance, call: ApiCall, object_name: str, record_id: str) -> ApiAnswer:
    instance.records.update(call, object_name, record_id, call.json_object())
    return ApiAnswer(204)


def delete(instance: Instance, call: ApiCall, object_name: str, record_id: str) -> ApiAnswer:
    instance.records.delete(call, object_name, record_id)
    return ApiAnswer(204)


def get_by_key(instance: Instance, call: ApiCall, object_name: str, field_name: str, value: str) -> ApiAnswer:
    found = _find(instance, call, object_name, field_name, value)
    if len(found) > 1:
        return _several(call, object_name, found)
    record = instance.records.get(call, object_name, found[0])
    return ApiAnswer(body=render(instance, call, record, _wanted(call)))


def upsert(instance: Instance, call: ApiCall, object_name: str, field_name: str, value: str) -> ApiAnswer:
    _refuse_file_extension(instance, call, object_name, field_name, value)
    data, only = call.json_object(), call.flag("updateOnly")
    try:
        record_id, created = instance.records.upsert(call, object_name, field_name, value, data, update_only=only)
    except SeveralRecordsError as several:
        return _several(call, object_name, several.record_ids)
    name = instance.records.visible(call, object_name).name
    tells = call.release >= UPSERT_TELLS
    if created:
        return _created(call, name, record_id, **({"created": True} if tells else {}))
    return (
        ApiAnswer(200, {"id": record_id, "success": True, "errors": [], "created": False}) if tells else ApiAnswer(204)
    )


def delete_by_key(instance: Instance, call: ApiCall, object_name: str, field_name: str, value: str) -> ApiAnswer:
    found = _find(instance, call, object_name, field_name, value)
    if len(found) > 1:
        return _several(call, object_name, found)
    instance.records.delete(call, object_name, found[0])
    return ApiAnswer(204)


def create_by_post(instance: Instance, call: ApiCall, object_name: str, field_name: str) -> ApiAnswer:
    """POST to /sobjects/Case/Id is a create as well (the documented way to create "by Id")."""
    if field_name.lower() != "id":
        raise not_allowed(call.method, ("DELETE", "GET", "HEAD", "PATCH"))
    return create(instance, call, object_name)


def _find(instance: Instance, call: ApiCall, object_name: str, field_name: str, value: str) -> list[str]:
    _refuse_file_extension(instance, call, object_name, field_name, value)
    found = instance.records.find(call, object_name, field_name, value)
    if not found:
        raise not_found()
    return found


def _refuse_file_extension(instance: Instance, call: ApiCall, object_name: str, field_name: str, value: str) -> None:
    instance.records.external_field(call, object_name, field_name)
    if FILE_EXTENSION.search(value):
        raise not_found()


def _wanted(call: ApiCall) -> list[str] | None:
    fields = call.parameters.get("fields")
    return [name.strip() for name in fields.split(",")] if fields else None


def _created(call: ApiCall, object_name: str, record_id: str, **more: Any) -> ApiAnswer:
    body = {"id": record_id, "success": True, "errors": [], **more}
    return ApiAnswer(201, body, {"Location": call.url(object_name, record_id)})


def _several(call: ApiCall, object_name: str, record_ids: list[str]) -> ApiAnswer:
    return ApiAnswer(300, [call.url(object_name, record_id) for record_id in record_ids])


ROUTES = [
    Route("POST", "sobjects/{object_name}", create),
    Route("GET", "sobjects/{object_name}/{record_id}", get),
    Route("PATCH", "sobjects/{object_name}/{record_id}", update),
    Route("DELETE", "sobjects/{object_name}/{record_id}", delete),
    Route("POST", "sobjects/{object_name}/{field_name}", create_by_post),
    Route("GET", "sobjects/{object_name}/{field_name}/{value}", get_by_key),
    Route("PATCH", "sobjects/{object_name}/{field_name}/{value}", upsert),
    Route("DELETE", "sobjects/{object_name}/{field_name}/{value}", delete_by_key),
]
