"""What may stand beside COUNT() and COUNT(field): there is no GROUP BY."""

from collections.abc import Sequence

from app.sandbox.salesforce.errors import SalesforceError, error
from app.sandbox.salesforce.soql.nodes import Count, Query


def counts(query: Query) -> Sequence[Count]:
    """What a query counts: all that it selects, or nothing."""
    found = [item for item in query.selection if isinstance(item, Count)]
    if not found:
        return ()
    for item in [item for item in query.selection if not isinstance(item, Count)] + [o.path for o in query.order]:
        raise _refused(f"Field must be grouped or aggregated: {item}")
    if len(found) > 1 and Count() in found:
        raise _refused("COUNT() must be the only element in the SELECT list")
    names = [count.alias.lower() for count in found if count.alias]
    for name in (name for name in names if names.count(name) > 1):
        raise _refused(f"duplicate alias: {name}")
    if query.limit is not None and found[0].path:
        raise _refused("Non-grouped query that uses overall aggregate functions cannot also use LIMIT")
    if query.offset:
        raise _refused("The sandbox does not serve COUNT with OFFSET")
    return found


def names_of(counted: Sequence[Count]) -> list[str]:
    """What each count is called in the answer."""
    return [count.alias or f"expr{number}" for number, count in enumerate(counted)]


def _refused(message: str) -> SalesforceError:
    return error(400, "MALFORMED_QUERY", message)
