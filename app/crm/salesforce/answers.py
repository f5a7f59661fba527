"""Reads Salesforce's answers; one that is not as documented ends in `CrmError`."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from app.crm.salesforce.errors import unreadable
from app.domain.errors import CrmError


def results_of(answer: Any, *, writes: bool = False) -> list[dict[str, Any]]:
    """The results of a composite call's parts, each with a status; `writes` when one of them may have written."""
    results = answer.get("compositeResponse") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not results or not all(isinstance(one, dict) for one in results):
        raise unreadable("call", outcome_unknown=writes)
    if not isinstance(results[0].get("httpStatusCode"), int):
        raise unreadable("call", outcome_unknown=writes)
    return results


def id_in(body: Any, name: str = "id") -> str:
    """The id of what was written."""
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        raise unreadable("call", outcome_unknown=True)
    return value


def rows_of(answer: Any) -> list[dict[str, Any]]:
    """The rows of a query."""
    rows = answer.get("records") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable("query", outcome_unknown=False)
    return rows


def known_records(results: Iterable[Mapping[str, Any]], key: str) -> dict[str, dict[str, Any]]:
    """The rows of the queries among a composite call's parts, by the field `key`; a part that failed has none."""
    known: dict[str, dict[str, Any]] = {}
    for result in results:
        if result.get("httpStatusCode") == 200:
            with suppress(CrmError):
                known |= {str(row.get(key)): row for row in rows_of(result.get("body"))}
    return known
