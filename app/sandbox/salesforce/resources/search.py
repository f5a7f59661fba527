"""/search (SOSL) and /parameterizedSearch: records by a telephone number, an email address or a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.phones import matches_phone
from app.sandbox.salesforce.routing import Route
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql.execute import QueryRunner
from app.sandbox.salesforce.soql.nodes import Path, Query
from app.sandbox.salesforce.soql.parser import parse_search
from app.sandbox.salesforce.store import StoredRecord

MOST = 2000
SHORTEST = 2
TYPES = {"PHONE": ("phone",), "EMAIL": ("email",), "NAME": (), "ALL": ("string", "phone", "email", "textarea")}


def search(instance: Instance, call: ApiCall) -> ApiAnswer:
    """`?q=FIND {…} IN PHONE FIELDS RETURNING Contact(Id, Name)`."""
    wish = parse_search(call.parameters.get("q", ""))
    text = wish.text.replace("\\", "").strip()
    found = _run(instance, call, text, wish.group, [target.query for target in wish.targets])
    return ApiAnswer(body={"searchRecords": found[: wish.limit or MOST]})


def by_parameters(instance: Instance, call: ApiCall) -> ApiAnswer:
    """`?q=+4930…&in=PHONE&sobject=Contact&Contact.fields=Id,Name`."""
    given = call.parameters
    names = [n.strip() for n in given.get("sobject", "").split(",") if n.strip()]
    queries = [_query(n, given.get(f"{n}.fields") or given.get("fields"), given.get(f"{n}.limit")) for n in names]
    return _parameterized(instance, call, given, queries)


def by_body(instance: Instance, call: ApiCall) -> ApiAnswer:
    """The same as JSON: `{"q": …, "in": "PHONE", "sobjects": [{"name": "Contact", "fields": ["Id"]}]}`."""
    body = call.json_object()
    common = ",".join(body.get("fields") or [])
    queries = [
        _query(str(s["name"]), ",".join(s.get("fields") or []) or common, s.get("limit"))
        for s in body.get("sobjects") or []
    ]
    return _parameterized(instance, call, body, queries)


def _parameterized(instance: Instance, call: ApiCall, given: Mapping[str, Any], queries: Sequence[Query]) -> ApiAnswer:
    group = str(given.get("in") or "ALL").upper()
    if group not in TYPES:
        raise error(400, "INVALID_SEARCH_SCOPE", f"invalid search scope: {group}")
    most = int(given.get("overallLimit") or MOST)
    found = _run(instance, call, str(given.get("q") or "").strip(), group, queries)
    return ApiAnswer(body={"searchRecords": found[:most]})


def _run(instance: Instance, call: ApiCall, text: str, group: str, queries: Sequence[Query]) -> list[dict[str, Any]]:
    if len(text.replace("*", "")) < SHORTEST:
        message = f"search term must be longer than one character: {text}"
        raise error(400, "MALFORMED_SEARCH", message)
    if group == "SIDEBAR":
        group = "ALL"
    rows: list[dict[str, Any]] = []
    for query in queries or [_query(name, None, None) for name in ("Account", "Contact", "Lead", "Case")]:
        obj = instance.org.visible(query.object.names[0], call.user_id)
        records = instance.store.all(obj.name) if obj else []
        among = [r for r in records if obj and _matches(obj, r, group, text)]
        rows.extend(QueryRunner(instance.org, instance.store, call).records(query, among))
    return rows


def _matches(obj: SObject, record: StoredRecord, group: str, text: str) -> bool:
    return any(
        _in_field(field, str(record.fields[field.name]), text)
        for field in obj.fields.values()
        if record.fields.get(field.name) is not None and _is_searched(field, group)
    )


def _is_searched(field: Field, group: str) -> bool:
    if group == "NAME":
        return field.name_field
    return field.type in TYPES[group]


def _in_field(field: Field, value: str, text: str) -> bool:
    """All the words of the search must begin words of the value; numbers are compared by their digits."""
    if field.type == "phone":
        return matches_phone(value, text)
    words = value.casefold().split()
    return all(
        any(w == part.rstrip("*") or (part.endswith("*") and w.startswith(part[:-1])) for w in words)
        for part in text.casefold().split()
    )


def _query(name: str, fields: str | None, limit: Any) -> Query:
    paths = [Path(tuple(f.strip().split("."))) for f in (fields or "Id").split(",")]
    return Query(Path((name,)), None, paths, limit=int(limit) if limit else None)


ROUTES = [
    Route("GET", "search", search),
    Route("GET", "parameterizedSearch", by_parameters),
    Route("POST", "parameterizedSearch", by_body),
]
