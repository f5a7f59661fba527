"""Asks the org for what refs name: up to five in one call."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from app.crm.salesforce.client import Client, results_of, rows_of
from app.crm.salesforce.errors import answer_error, unreadable
from app.crm.salesforce.refs.found import Answer, Known, Missing
from app.crm.salesforce.refs.kinds import KINDS, LONGEST_NAME, RefKind
from app.crm.salesforce.sent import holds_reference
from app.crm.salesforce.soql import query_path
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Ref

log = structlog.get_logger()

# Salesforce takes no more queries in one composite call.
MOST_QUERIES = 5


@dataclass(frozen=True)
class WantedRef:
    """A ref in a record of the object."""

    ref: Ref
    object: str

    @property
    def kind(self) -> RefKind:
        return KINDS[self.ref.kind]

    @property
    def soql(self) -> str | None:
        """The query; nothing when no record of the org can be meant."""
        named = 0 < len(self.ref.name) <= LONGEST_NAME
        return self.kind.soql(self.ref, self.object) if named else None


def look_up(client: Client, wanted: Sequence[WantedRef], deadline: Deadline) -> dict[WantedRef, Answer | CrmError]:
    """An answer for each; the `CrmError` of a call that failed for those in it.

    Where that is the trouble of every call nobody else is asked for, and those too have the error. The first call that
    hangs may do so by itself: it has half of the time, and the others have the rest.
    """
    queries = {one: one.soql for one in wanted}
    answers: dict[WantedRef, Answer | CrmError] = {
        one: _missing(one, "no") for one, soql in queries.items() if not soql
    }
    calls = list(_calls([(one, soql) for one, soql in queries.items() if soql]))
    hung = False
    for place, call in enumerate(calls):
        is_last = place == len(calls) - 1
        try:
            answers |= _ask(client, dict(call), deadline if is_last else Deadline(deadline.remaining() / 2))
        except CrmError as error:
            answers |= {one: _refused(one, error) for one, _ in call}
            hangs_again, hung = hung, error.reason is Reason.CRM_TIMEOUT
            if _meets_all(error) and (hangs_again or not hung):
                return answers | {one: error for later in calls[place + 1 :] for one, _ in later}
    return answers


def _calls(asked: Sequence[tuple[WantedRef, str]]) -> Iterator[Sequence[tuple[WantedRef, str]]]:
    """What goes in one call: a name that a composite call would not leave as it is goes alone."""
    together = [one for one in asked if not holds_reference(one[1])]
    for start in range(0, len(together), MOST_QUERIES):
        yield together[start : start + MOST_QUERIES]
    yield from ([one] for one in asked if holds_reference(one[1]))


def _ask(client: Client, queries: dict[WantedRef, str], deadline: Deadline) -> dict[WantedRef, Answer | CrmError]:
    if len(queries) == 1:
        ((wanted, soql),) = queries.items()
        return {wanted: _judge(wanted, client.call("GET", query_path(soql), deadline))}
    requests = [
        {"method": "GET", "url": f"{client.base}/{query_path(soql)}", "referenceId": f"query{number}"}
        for number, soql in enumerate(queries.values())
    ]
    answer = client.call("POST", "composite", deadline, {"compositeRequest": requests}, reads=True)
    results = results_of(answer)
    if len(results) != len(queries):
        raise unreadable("query", outcome_unknown=False)
    return {wanted: _of_result(client, wanted, result) for wanted, result in zip(queries, results, strict=True)}


def _of_result(client: Client, wanted: WantedRef, result: dict[str, Any]) -> Answer | CrmError:
    status, body = result.get("httpStatusCode"), result.get("body")
    if status == 200:
        return _judge(wanted, body)
    error = answer_error(status if isinstance(status, int) else 500, body, client.external_id_field)
    error.outcome_unknown = False
    return _refused(wanted, error)


def _judge(wanted: WantedRef, body: Any) -> Answer:
    rows = rows_of(body)
    active = {str(row.get(wanted.kind.id_field)) for row in rows if row.get("IsActive") is not False}
    if len(active) == 1:
        return Known(active.pop())
    if active:
        return _missing(wanted, "more than one")
    return _missing(wanted, "only an inactive" if rows else "no")


def _missing(wanted: WantedRef, amount: str) -> Missing:
    kind = wanted.kind
    return Missing(kind.reason, f"The org has {amount} {kind.what(wanted.ref, wanted.object)}. {kind.mend}")


def _refused(wanted: WantedRef, error: CrmError) -> Missing | CrmError:
    """What the user may not look up is missing for this field only; all else is the trouble of every record."""
    if _meets_all(error):
        return error
    log.warning("ref_not_looked_up", kind=wanted.ref.kind, code=error.code)
    return Missing(
        Reason.PERMISSION_MISSING,
        f"Salesforce does not let us look up the {wanted.ref.kind} ({error.code}). Let the user read "
        f"{wanted.kind.looked_in}: the permission set Ringback of this version does.",
    )


def _meets_all(error: CrmError) -> bool:
    return error.scope in (Scope.TRANSIENT, Scope.ORG)
