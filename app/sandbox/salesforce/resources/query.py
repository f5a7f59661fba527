"""/query, /queryAll: SOQL."""

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.resources.columns import describe_columns
from app.sandbox.salesforce.routing import Route
from app.sandbox.salesforce.soql.cursors import batch_size
from app.sandbox.salesforce.soql.execute import QueryRunner
from app.sandbox.salesforce.soql.parser import parse_query


def query(instance: Instance, call: ApiCall) -> ApiAnswer:
    return _run(instance, call, "query")


def query_all(instance: Instance, call: ApiCall) -> ApiAnswer:
    """Like query, deleted records too."""
    return _run(instance, call, "queryAll", with_deleted=True)


def more(instance: Instance, call: ApiCall, locator: str) -> ApiAnswer:
    """The next rows of a long result: `/query/01g…-2000`."""
    name, _, start = locator.rpartition("-")
    rows = instance.cursors.rows(name or locator)
    return _part(call, "query", name, rows, int(start) if start.isdigit() else 0)


def _run(instance: Instance, call: ApiCall, resource: str, *, with_deleted: bool = False) -> ApiAnswer:
    if "explain" in call.parameters:
        raise error(400, "MALFORMED_QUERY", "The sandbox does not serve explain")
    text = call.parameters.get("q")
    if not text:
        raise error(400, "MALFORMED_QUERY", "SOQL statements cannot be empty")
    parsed = parse_query(text)
    runner = QueryRunner(instance.org, instance.store, call, with_deleted=with_deleted)
    result = runner.run(parsed)
    if call.flag("columns"):
        return ApiAnswer(body=describe_columns(instance, call, parsed))
    if len(result.rows) <= _size(call):
        return ApiAnswer(body={"totalSize": result.count, "done": True, "records": result.rows})
    return _part(call, resource, instance.cursors.open(result.rows), result.rows, 0)


def _part(call: ApiCall, resource: str, name: str, rows: list[dict[str, object]], start: int) -> ApiAnswer:
    end = start + _size(call)
    body: dict[str, object] = {"totalSize": len(rows), "done": end >= len(rows)}
    if end < len(rows):
        body["nextRecordsUrl"] = f"{call.base}/{resource}/{name}-{end}"
    return ApiAnswer(body={**body, "records": rows[start:end]})


def _size(call: ApiCall) -> int:
    return batch_size(call.options("Sforce-Query-Options").get("batchsize"))


ROUTES = [
    Route("GET", "query", query),
    Route("GET", "queryAll", query_all),
    Route("GET", "query/{locator}", more),
    Route("GET", "queryAll/{locator}", more),
]
