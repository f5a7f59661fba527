"""Calls to Salesforce's REST API: with a session, a deadline, and errors with reasons; and how answers are read."""

import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeGuard

from requests import RequestException, Response
from requests.exceptions import SSLError
from simple_salesforce.exceptions import SalesforceError, SalesforceExpiredSession

from app.crm.salesforce.errors import error_of, unreadable
from app.crm.salesforce.faults import faults_of
from app.crm.salesforce.http_session import CONNECT_TIMEOUT, REDIRECTS, redirected
from app.crm.salesforce.login import LoggedIn, Login
from app.crm.salesforce.retry_after import Gate, mark
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.waiting import Deadline

_TRY_AGAIN = frozenset({Reason.CRM_CONNECTION_LOST, Reason.CRM_UNREACHABLE})
# Less than this is not worth another try.
_SHORTEST_TRY = 0.2
_NOT_FOR_REST = "not valid for use with the REST API"


@dataclass(frozen=True)
class Call:
    """One request, below the version's path."""

    method: str
    path: str
    json: Any
    headers: Mapping[str, str]
    reads: bool

    @property
    def resource(self) -> str:
        """The path without what is asked of it."""
        return self.path.partition("?")[0]


class Client:
    """Safe to use from many threads. `version` is the API's, without a leading v."""

    def __init__(self, login: Login, version: str, external_id_field: str) -> None:
        self.external_id_field = external_id_field
        self.base = f"/services/data/v{version}"
        self._login = login
        self.org_id: str | None = None
        self._gate = Gate()

    def login_state(self) -> str:
        """See `Login.state`."""
        return self._login.state()

    def org(self, deadline: Deadline) -> str:
        """The org's id, after a login if there was none; empty where the session does not tell. Raises `CrmError`."""
        return self._session(None, deadline).org_id or ""

    def call(
        self,
        method: str,
        path: str,
        deadline: Deadline,
        json: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        reads: bool = False,
    ) -> Any:
        """The JSON of the answer to a call of `path` below the version ("composite").

        An expired session is renewed. A GET, and another call that only `reads`, is tried again once when its
        connection breaks. Raises `CrmError`.
        """
        call = Call(method, path, json, headers or {}, reads or method == "GET")
        try:
            return self._call_with_session(call, deadline)
        except CrmError as error:
            # Only a write can do harm by being done twice; who calls for one knows whether it may.
            if not call.reads or not may_try_again(error, deadline):
                raise
            return self._call_with_session(call, deadline)

    def _call_with_session(self, call: Call, deadline: Deadline) -> Any:
        session, renewed = self._session(None, deadline), False
        while True:
            try:
                return self._call_once(session, call, deadline)
            except SalesforceExpiredSession as error:
                # A session that is new and has never worked is not expired: Salesforce does not want it.
                if (renewed or not _is_expired(error)) and not session.proved:
                    self._login.drop(session)
                    raise self._error(error, call) from error
            session, renewed = self._session(session, deadline), True

    def _session(self, stale: LoggedIn | None, deadline: Deadline) -> LoggedIn:
        if self._gate.closed:
            self._gate.check()
        try:
            return self._login.renew(stale, deadline) if stale else self._login.session(deadline)
        except CrmError as error:
            self._gate.close(error)
            error.unsent = True
            raise

    def _call_once(self, session: LoggedIn, call: Call, deadline: Deadline) -> Any:
        left = deadline.end - time.monotonic()
        if left <= 0:
            raise CrmError(Reason.CRM_TIMEOUT, "The deadline passed before Salesforce could be asked.")
        responses: list[Response] = []
        try:
            answer = session.api.restful(
                call.path,
                method=call.method,
                json=call.json,
                headers=dict(call.headers),
                timeout=(min(CONNECT_TIMEOUT, left), left),
                hooks={"response": responses.append},
            )
        except SalesforceExpiredSession:
            raise
        # The library documents the first only; the others are what it and requests let out of odd answers.
        except (SalesforceError, RequestException, ValueError, KeyError, TypeError, AttributeError) as error:
            told = mark(self._error(error, call), responses[-1] if responses else None)
            self._gate.close(told)
            if told.reason in _TRY_AGAIN or _is_redirect(error):
                surely = told.reason is not Reason.CRM_CONNECTION_LOST or isinstance(error, SSLError)
                self._login.unreached(session, surely=surely)
            raise told from error
        if session.lost or not session.proved:
            self._login.proved(session)
        self.org_id = session.org_id
        return answer

    def _error(self, error: Exception, call: Call) -> CrmError:
        if _is_redirect(error):
            return redirected(error.status, writes=not call.reads)
        told = error_of(error, self.external_id_field, call.resource, writes=not call.reads)
        if call.reads:
            told.outcome_unknown = False
        return told


def may_try_again(error: CrmError, deadline: Deadline) -> bool:
    """Whether a call failed in a way that another one at once may mend, and there is time for it."""
    return error.reason in _TRY_AGAIN and deadline.remaining() >= _SHORTEST_TRY


def answer_to(error: CrmError) -> SalesforceError | None:
    """The answer to the very call that this is the error of; none where none came, or nothing was asked."""
    cause = error.__cause__
    return cause if isinstance(cause, SalesforceError) else None


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


def _is_redirect(error: Exception) -> TypeGuard[SalesforceError]:
    return isinstance(error, SalesforceError) and error.status in REDIRECTS


def _is_expired(error: SalesforceExpiredSession) -> bool:
    faults = faults_of(error.content)
    return any(fault.code == "INVALID_SESSION_ID" and _NOT_FOR_REST not in fault.message for fault in faults)
