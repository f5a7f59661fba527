"""Asks the org for what refs name: up to five in one call."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from app.crm.salesforce.client import Client, results_of, rows_of
from app.crm.salesforce.errors import answer_error, unreadable
from app.crm.salesforce.refs.found import Answer, Known, Missing
from app.crm.salesforce.refs.kinds import KINDS, LONGEST_NAME, RefKind, RefRow
from app.crm.salesforce.sent import holds_reference
from app.crm.salesforce.soql import query_path
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Ref
from app.waiting import Deadline

log = structlog.get_logger()

# Salesforce takes no more queries in one composite call.
MOST_QUERIES = 5
# What it says of a text in the place of an id that is none. No record has it.
_NO_ID = "INVALID_QUERY_FILTER_OPERATOR"


@dataclass(frozen=True)
class WantedRef:
    """A ref in a record of the object."""

    ref: Ref
    object: str

    @property
    def kind(self) -> RefKind:
        return KINDS[self.ref.kind]

    @property
    def queries(self) -> Sequence[str]:
        """None when no record of the org can be meant."""
        named = 0 < len(self.ref.name) <= LONGEST_NAME
        return self.kind.queries(self.ref, self.object) if named else ()


def look_up(client: Client, wanted: Sequence[WantedRef], deadline: Deadline) -> dict[WantedRef, Answer | CrmError]:
    """An answer for each; the `CrmError` of a call that failed for those in it.

    Where that is the trouble of every call nobody else is asked for, and those too have the error. The first call that
    hangs may do so by itself: it has half of the time, and the others have the rest.
    """
    asked = [_Asked(one, soql) for one in wanted for soql in one.queries]
    said = _said(client, list(_calls(asked)), deadline)
    return {one: _answer(one, [said[part] for part in asked if part.wanted is one]) for one in wanted}


@dataclass(frozen=True)
class _Asked:
    """One of the queries of a ref."""

    wanted: WantedRef
    soql: str


Rows = Sequence[Mapping[str, Any]]


def _said(
    client: Client, calls: Sequence[Sequence[_Asked]], deadline: Deadline
) -> dict[_Asked, Rows | Missing | CrmError]:
    """What came of each query."""
    said: dict[_Asked, Rows | Missing | CrmError] = {}
    hung = False
    for place, call in enumerate(calls):
        is_last = place == len(calls) - 1
        try:
            said |= _ask(client, call, deadline if is_last else Deadline(deadline.remaining() / 2))
        except CrmError as error:
            said |= {one: _refused(one.wanted, error) for one in call}
            hangs_again, hung = hung, error.reason is Reason.CRM_TIMEOUT
            if _meets_all(error) and (hangs_again or not hung):
                return said | {one: error for later in calls[place + 1 :] for one in later}
    return said


def _calls(asked: Sequence[_Asked]) -> Iterator[Sequence[_Asked]]:
    """What goes in one call: a name that a composite call would not leave as it is goes alone."""
    together = [one for one in asked if not holds_reference(one.soql)]
    for start in range(0, len(together), MOST_QUERIES):
        yield together[start : start + MOST_QUERIES]
    yield from ([one] for one in asked if holds_reference(one.soql))


def _ask(client: Client, call: Sequence[_Asked], deadline: Deadline) -> dict[_Asked, Rows | Missing | CrmError]:
    if len(call) == 1:
        return {call[0]: rows_of(client.call("GET", query_path(call[0].soql), deadline))}
    requests = [
        {"method": "GET", "url": f"{client.base}/{query_path(one.soql)}", "referenceId": f"query{number}"}
        for number, one in enumerate(call)
    ]
    answer = client.call("POST", "composite", deadline, {"compositeRequest": requests}, reads=True)
    results = results_of(answer)
    if len(results) != len(call):
        raise unreadable("query", outcome_unknown=False)
    return {one: _of_result(client, one.wanted, result) for one, result in zip(call, results, strict=True)}


def _of_result(client: Client, wanted: WantedRef, result: dict[str, Any]) -> Rows | Missing | CrmError:
    status, body = result.get("httpStatusCode"), result.get("body")
    if status == 200:
        return rows_of(body)
    error = answer_error(status if isinstance(status, int) else 500, body, client.external_id_field)
    error.outcome_unknown = False
    return _refused(wanted, error)


def _answer(wanted: WantedRef, parts: Sequence[Rows | Missing | CrmError]) -> Answer | CrmError:
    """What the rows of all queries together say; what one of them could not ask leaves the answer open."""
    rows: dict[str, RefRow] = {}
    for part in parts:
        if isinstance(part, Missing | CrmError):
            return part
        rows |= {row.meant: row for row in map(wanted.kind.read, part)}
    active = [row.id for row in rows.values() if row.active]
    if len(active) == 1:
        return Known(active[0])
    if active:
        return _missing(wanted, "more than one")
    return _inactive(wanted) if rows else _missing(wanted, "no")


def _inactive(wanted: WantedRef) -> Missing:
    missing = _missing(wanted, wanted.kind.inactive)
    return Missing(wanted.kind.inactive_reason or missing.reason, missing.said)


def _missing(wanted: WantedRef, amount: str) -> Missing:
    kind = wanted.kind
    return Missing(kind.reason, f"The org has {amount} {kind.what(wanted.ref, wanted.object)}. {kind.mend}")


def _refused(wanted: WantedRef, error: CrmError) -> Missing | CrmError:
    """What the user may not look up is missing for this field only; all else is the trouble of every record."""
    if error.code == _NO_ID:
        return _missing(wanted, "no")
    if _meets_all(error):
        return error
    log.warning("ref_not_looked_up", kind=wanted.ref.kind, code=error.code)
    ref, kind = wanted.ref, wanted.kind
    what = ref.object or ref.kind.replace("_", " ")
    given = ": the permission set Ringback of this version does" if ref.object is None else ""
    return Missing(
        Reason.PERMISSION_MISSING,
        f"Salesforce does not let us look up the {what} ({error.code}). Let the user read {kind.looked_in}{given}.",
    )


def _meets_all(error: CrmError) -> bool:
    return error.scope in (Scope.TRANSIENT, Scope.ORG)
