"""/search (SOSL) and /parameterizedSearch: records by a telephone number, an email address or a name."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.routing import Route
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql.execute import QueryRunner
from app.sandbox.salesforce.soql.nodes import Path, Query
from app.sandbox.salesforce.soql.parser import parse_search
from app.sandbox.salesforce.soql.terms import Searched, search_test
from app.sandbox.salesforce.store import StoredRecord

MOST = 2000
SHORTEST = 2
TYPES = {"PHONE": ("phone",), "EMAIL": ("email",), "NAME": (), "ALL": ("string", "phone", "email", "textarea")}
NAMES = {
    "Case": ("SuppliedName", "SuppliedCompany", "Subject"),
    "Lead": ("Company",),
    "PermissionSet": ("Label",),
    "Task": ("Subject",),
    "User": ("CommunityNickname",),
}
"""What IN NAME FIELDS looks at besides the name."""
PARAMETERS = {"q", "in", "fields", "overallLimit"}
OF_AN_OBJECT = {"fields", "limit"}


def search(instance: Instance, call: ApiCall) -> ApiAnswer:
    """`?q=FIND {…} IN PHONE FIELDS RETURNING Contact(Id, Name)`."""
    wish = parse_search(call.parameters.get("q", ""))
    found = _run(instance, call, wish.text.strip(), wish.group, [target.query for target in wish.targets])
    return ApiAnswer(body={"searchRecords": found[: MOST if wish.limit is None else wish.limit]})


def by_parameters(instance: Instance, call: ApiCall) -> ApiAnswer:
    """`?q=+4930…&in=PHONE&sobject=Contact&Contact.fields=Id,Name`."""
    given = call.parameters
    names = [n.strip() for n in given.get("sobject", "").split(",") if n.strip()]
    _refuse_others(given, PARAMETERS | {"sobject"} | {f"{name}.{key}" for name in names for key in OF_AN_OBJECT})
    queries = [_query(n, given.get(f"{n}.fields") or given.get("fields"), given.get(f"{n}.limit")) for n in names]
    return _parameterized(instance, call, given, queries)


def by_body(instance: Instance, call: ApiCall) -> ApiAnswer:
    """The same as JSON: `{"q": …, "in": "PHONE", "sobjects": [{"name": "Contact", "fields": ["Id"]}]}`."""
    body = call.json_object()
    _refuse_others(body, PARAMETERS | {"sobjects"})
    for wanted in body.get("sobjects") or []:
        _refuse_others(wanted, OF_AN_OBJECT | {"name"})
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
    most = _number(given.get("overallLimit"))
    found = _run(instance, call, str(given.get("q") or "").strip(), group, queries)
    return ApiAnswer(body={"searchRecords": found[: MOST if most is None else most]})


def _refuse_others(given: Mapping[str, Any], served: set[str]) -> None:
    for name in sorted(set(given) - served):
        raise error(400, "INVALID_FIELD", f"The sandbox does not serve the parameter {name} of a search")


def _number(given: Any) -> int | None:
    if given is None or str(given).isdigit():
        return None if given is None else int(given)
    raise error(400, "INVALID_FIELD", f"a limit must be a number: {given}")


def _run(instance: Instance, call: ApiCall, text: str, group: str, queries: Sequence[Query]) -> list[dict[str, Any]]:
    if len(text.replace("*", "")) < SHORTEST:
        message = f"search term must be longer than one character: {text}"
        raise error(400, "MALFORMED_SEARCH", message)
    if group == "SIDEBAR":
        group = "ALL"
    test = search_test(text)
    rows: list[dict[str, Any]] = []
    for query in queries or [_query(name, None, None) for name in ("Account", "Contact", "Lead", "Case")]:
        obj = instance.org.visible(query.object.names[0], call.user_id)
        records = instance.store.all(obj.name) if obj else []
        among = [r for r in records if obj and test(_searched(obj, r, group))]
        rows.extend(QueryRunner(instance.org, instance.store, call).records(query, among))
    return rows


def _searched(obj: SObject, record: StoredRecord, group: str) -> Searched:
    fields = [f for f in obj.fields.values() if _is_searched(obj, f, group)]
    return [(f, str(record.fields[f.name])) for f in fields if record.fields.get(f.name) is not None]


def _is_searched(obj: SObject, field: Field, group: str) -> bool:
    if group == "NAME":
        return field.name_field or field.name in NAMES.get(obj.name, ())
    return field.type in TYPES[group]


def _query(name: str, fields: str | None, limit: Any) -> Query:
    paths = [Path(tuple(f.strip().split("."))) for f in (fields or "Id").split(",")]
    return Query(Path((name,)), None, paths, limit=_number(limit))


ROUTES = [
    Route("GET", "search", search),
    Route("GET", "parameterizedSearch", by_parameters),
    Route("POST", "parameterizedSearch", by_body),
]
