"""/composite/sobjects: up to 200 records in one call, each with its own result."""

from collections.abc import Callable, Sequence
from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall, is_true
from app.sandbox.salesforce.errors import SalesforceError, bad_json, error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.records import SeveralRecordsError
from app.sandbox.salesforce.routing import Route
from app.sandbox.salesforce.store import UndoError
from app.sandbox.salesforce.transactions import Transaction
from app.sandbox.salesforce.versions import UPSERT_TELLS

MAX_RECORDS = 200
ROLLED_BACK = {
    "statusCode": "ALL_OR_NONE_OPERATION_ROLLED_BACK",
    "message": "Record rolled back because not all records were valid and the request was using AllOrNone header",
    "fields": [],
}
Write = Callable[[Any], dict[str, Any]]


def create(instance: Instance, call: ApiCall) -> ApiAnswer:
    records, all_or_none = _records(call)

    def write(data: dict[str, Any]) -> dict[str, Any]:
        return _success(instance.records.create(call, _type(data), data))

    return _each(instance, call, records, write, all_or_none=all_or_none)


def update(instance: Instance, call: ApiCall) -> ApiAnswer:
    records, all_or_none = _records(call)

    def write(data: dict[str, Any]) -> dict[str, Any]:
        record_id = next((str(v) for k, v in data.items() if k.lower() == "id"), "")
        if not record_id:
            raise error(400, "MISSING_ARGUMENT", "Id not specified in an update call", [])
        values = {k: v for k, v in data.items() if k.lower() != "id"}
        instance.records.update(call, _type(data), record_id, values)
        return _success(record_id)

    return _each(instance, call, records, write, all_or_none=all_or_none)


def upsert(instance: Instance, call: ApiCall, object_name: str, field_name: str) -> ApiAnswer:
    field = instance.records.external_field(call, object_name, field_name)
    records, all_or_none = _records(call)
    _check_types(records, instance.records.visible(call, object_name).name)
    keys = [_key(data, field.name) for data in records]
    seen: set[str] = set()

    def write(data: dict[str, Any]) -> dict[str, Any]:
        key = _key(data, field.name)
        if not key:
            raise error(400, "MISSING_ARGUMENT", f"{field.name} not specified", [])
        if keys.count(key) > 1 and key in seen:
            raise error(400, "DUPLICATE_VALUE", f"Duplicate external id specified: {key}", [field.name])
        seen.add(key)
        values = {k: v for k, v in data.items() if k.lower() != field.name.lower()}
        record_id, created = instance.records.upsert(call, object_name, field.name, key, values, update_only=False)
        return {**_success(record_id), "created": created}

    return _each(instance, call, records, write, all_or_none=all_or_none)


def delete(instance: Instance, call: ApiCall) -> ApiAnswer:
    ids = [i for i in call.parameters.get("ids", "").split(",") if i]

    def write(record_id: str) -> dict[str, Any]:
        obj = instance.org.object_of(record_id)
        if obj is None:
            raise error(400, "MALFORMED_ID", f"malformed id {record_id}", [])
        instance.records.delete(call, obj.name, record_id)
        return _success(record_id)

    _check_number(ids)
    return _each(instance, call, ids, write, all_or_none=call.flag("allOrNone"))


def _each(instance: Instance, call: ApiCall, items: Sequence[Any], write: Write, *, all_or_none: bool) -> ApiAnswer:
    """The results in the order of the records."""
    results: list[dict[str, Any]] = []
    transaction = Transaction(instance, call, [(_type_in(item), item) for item in items if isinstance(item, dict)])
    try:
        with transaction.running(), instance.store.transaction():
            results.extend(_result(instance, call, item, write, transaction) for item in items)
            failed = sum(not result["success"] for result in results)
            if failed and all_or_none:
                raise UndoError
            transaction.check_failures(failed)
    except UndoError:
        return ApiAnswer(body=[r if not r["success"] else _failure([ROLLED_BACK]) for r in results])
    except SalesforceError as problem:
        return ApiAnswer(body=[_failure(problem.results())] * len(items))
    return ApiAnswer(body=results)


def _result(instance: Instance, call: ApiCall, item: Any, write: Write, transaction: Transaction) -> dict[str, Any]:
    try:
        instance.faults.check_record(call.method, call.path, call.outer)
        if isinstance(item, dict):
            transaction.check_parents(_type_in(item), item)
        return write(item)
    except SeveralRecordsError as several:
        message = f"More than one record found for external id field: {several.record_ids}"
        return _failure(error(300, "DUPLICATE_EXTERNAL_ID", message, []).results())
    except SalesforceError as problem:
        return _failure(problem.results())


def _records(call: ApiCall) -> tuple[list[dict[str, Any]], bool]:
    body = call.json_object()
    records = body.get("records")
    if not isinstance(records, list) or not all(isinstance(r, dict) for r in records):
        raise bad_json("records is required and must be a list of objects")
    _check_number(records)
    return records, is_true(body.get("allOrNone"))


def _check_number(items: Sequence[Any]) -> None:
    if not items:
        raise error(400, "REQUIRED_FIELD_MISSING", "At least one record is required")
    if len(items) > MAX_RECORDS:
        message = f"record limit reached. cannot submit more than {MAX_RECORDS} records into this call"
        raise error(400, "EXCEEDED_ID_LIMIT", message)


def _check_types(records: list[dict[str, Any]], name: str) -> None:
    if any(_type(data).lower() != name.lower() for data in records):
        raise error(400, "INVALID_INPUT", f"All records must be of type {name}")


def _type(data: dict[str, Any]) -> str:
    kind = _type_in(data)
    if not kind:
        raise error(400, "INVALID_INPUT", "attributes.type is required in every record", [])
    return kind


def _type_in(data: dict[str, Any]) -> str:
    attributes = data.get("attributes")
    return str(attributes.get("type") or "") if isinstance(attributes, dict) else ""


def _key(data: dict[str, Any], field_name: str) -> str:
    value = next((v for k, v in data.items() if k.lower() == field_name.lower()), None)
    return "" if value is None else str(value)


def _success(record_id: str) -> dict[str, Any]:
    return {"id": record_id, "success": True, "errors": []}


def _failure(errors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"success": False, "errors": errors}


ROUTES = [
    Route("POST", "composite/sobjects", create, composed=True),
    Route("PATCH", "composite/sobjects", update, composed=True),
    Route("PATCH", "composite/sobjects/{object_name}/{field_name}", upsert, composed=True, since=UPSERT_TELLS),
    Route("DELETE", "composite/sobjects", delete, composed=True),
]
