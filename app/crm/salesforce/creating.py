"""The composite calls that create records, and read their numbers in the same call."""

from collections.abc import Iterator, Sequence
from typing import Any

from app.crm.salesforce.client import Client
from app.crm.salesforce.sent import Sent
from app.crm.salesforce.soql import query_path, quote

# What people call a record of the object.
NUMBER_FIELDS = {"Case": "CaseNumber"}
_NUMBERS = "SELECT Id, {number}, {field} FROM {object} WHERE {field} IN ({ids})"
# Salesforce takes five collections and queries in one composite call.
_MOST_QUERIES = 4
# Characters of external ids in one query: far below what an address may have, and the common batch needs one query.
_MOST_IN_QUERY = 6_000


def create_one(client: Client, sent: Sent) -> dict[str, Any]:
    """Creates the record; the second part reads its number."""
    url = f"{client.base}/sobjects/{sent.object}"
    body = {**sent.fields, client.external_id_field: sent.external_id}
    create = {"method": "POST", "url": url, "referenceId": "record", "body": body, "httpHeaders": _headers(sent)}
    number = NUMBER_FIELDS.get(sent.object)
    read = {"method": "GET", "url": f"{url}/@{{record.id}}?fields={number}", "referenceId": "number"}
    return {"allOrNone": False, "compositeRequest": [create, read] if number else [create]}


def create_many(client: Client, sent: Sequence[Sent]) -> dict[str, Any]:
    """Creates the records by sObject Collections; the other parts read the numbers of all, new ones or not."""
    field = client.external_id_field
    records = [{"attributes": {"type": one.object}, **one.fields, field: one.external_id} for one in sent]
    create = {
        "method": "POST",
        "url": f"{client.base}/composite/sobjects",
        "referenceId": "records",
        "body": {"allOrNone": False, "records": records},
        "httpHeaders": _headers(sent[0]),
    }
    numbers = [
        {"method": "GET", "url": f"{client.base}/{query_path(soql)}", "referenceId": f"numbers{place}"}
        for place, soql in enumerate(_number_queries(field, sent))
    ]
    # Only the order makes a query see what the first part has created.
    return {"allOrNone": False, "collateSubrequests": False, "compositeRequest": [create, *numbers]}


def _headers(sent: Sent) -> dict[str, str]:
    return {
        "Sforce-Auto-Assign": sent.auto_assign,
        # A rule that merely warns an agent must not cost a callback.
        "Sforce-Duplicate-Rule-Header": "allowSave=true",
    }


def _number_queries(field: str, sent: Sequence[Sent]) -> Iterator[str]:
    for object_name, number in NUMBER_FIELDS.items():
        ids = [quote(one.external_id) for one in sent if one.object == object_name]
        for part in _parts(ids):
            yield _NUMBERS.format(number=number, field=field, object=object_name, ids=",".join(part))


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    parts = min(_MOST_QUERIES, 1 + len(",".join(ids)) // _MOST_IN_QUERY)
    size = -(-len(ids) // parts)
    for start in range(0, len(ids), size or 1):
        yield ids[start : start + size]
