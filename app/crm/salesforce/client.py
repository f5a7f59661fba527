"""Calls to Salesforce's REST API: with a session, a deadline, a bound on how many at once, and errors with reasons."""

import threading
from typing import Any

from simple_salesforce.exceptions import SalesforceExpiredSession

from app.crm.salesforce.errors import error_of, faults_of
from app.crm.salesforce.http import CONNECT_TIMEOUT
from app.crm.salesforce.login import LoggedIn, Login
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason

# Trying again is safe, because the unique external id keeps the second of two creates out.
_TRY_AGAIN = frozenset({Reason.CRM_CONNECTION_LOST, Reason.CRM_UNREACHABLE})
# Less than this is not worth another try.
_SHORTEST_TRY = 0.2
_NOT_FOR_REST = "not valid for use with the REST API"


class Client:
    """Safe to use from many threads. `version` is the API's, without a leading v."""

    def __init__(self, login: Login, version: str, external_id_field: str, max_calls: int) -> None:
        self.external_id_field = external_id_field
        self.base = f"/services/data/v{version}"
        self._login = login
        self._slots = threading.BoundedSemaphore(max_calls)

    def call(self, method: str, path: str, deadline: Deadline, json: Any = None) -> Any:
        """The JSON of the answer to a call of `path` below the version ("composite").

        A broken connection is tried again once, an expired session is renewed once. Raises `CrmError`.
        """
        if not self._slots.acquire(timeout=deadline.remaining()):
            raise CrmError(
                Reason.CRM_BUSY,
                "All our calls to Salesforce are under way and none ended in time. Nothing was written; raise "
                "SALESFORCE_MAX_CALLS if this stays.",
            )
        try:
            return self._call_persistently(method, path, deadline, json)
        finally:
            self._slots.release()

    def _call_persistently(self, method: str, path: str, deadline: Deadline, json: Any) -> Any:
        try:
            return self._call_with_session(method, path, deadline, json)
        except CrmError as error:
            if error.reason not in _TRY_AGAIN or deadline.remaining() < _SHORTEST_TRY:
                raise
            first = error
        try:
            return self._call_with_session(method, path, deadline, json)
        except CrmError as error:
            # What the second try learned does not tell what became of the first.
            error.outcome_unknown = error.outcome_unknown or first.outcome_unknown
            raise

    def _call_with_session(self, method: str, path: str, deadline: Deadline, json: Any) -> Any:
        session = self._login.session(deadline)
        try:
            return self._call_once(session, method, path, deadline, json)
        except SalesforceExpiredSession as error:
            if not _is_expired(error):
                self._login.drop(session)
                raise error_of(error, self.external_id_field) from error
        session = self._login.renew(session, deadline)
        try:
            return self._call_once(session, method, path, deadline, json)
        except SalesforceExpiredSession as error:
            self._login.drop(session)
            raise error_of(error, self.external_id_field) from error

    def _call_once(self, session: LoggedIn, method: str, path: str, deadline: Deadline, json: Any) -> Any:
        left = deadline.remaining()
        if left <= 0:
            raise CrmError(Reason.CRM_TIMEOUT, "The deadline passed before Salesforce could be asked.")
        try:
            answer = session.api.restful(path, method=method, json=json, timeout=(min(CONNECT_TIMEOUT, left), left))
        except SalesforceExpiredSession:
            raise
        # The library lets more kinds of exception out than it documents; each has to become an answer.
        except Exception as error:
            raise error_of(error, self.external_id_field) from error
        self._login.proved(session)
        return answer


def _is_expired(error: SalesforceExpiredSession) -> bool:
    faults = faults_of(error.content)
    return any(fault.code == "INVALID_SESSION_ID" and _NOT_FOR_REST not in fault.message for fault in faults)
