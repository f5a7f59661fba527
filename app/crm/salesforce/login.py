"""The one login of this process: shared by all threads, renewed by age and once on expiry, never looped."""

import threading
import time
import warnings
from dataclasses import dataclass
from typing import Any

from requests import RequestException, Response, Session
from simple_salesforce.api import Salesforce
from simple_salesforce.exceptions import SalesforceAuthenticationFailed
from simple_salesforce.login import SalesforceLogin

from app.crm.salesforce.credentials import Credentials
from app.crm.salesforce.errors import network_error, session_refused, unreadable
from app.crm.salesforce.http import time_left
from app.crm.salesforce.login_errors import SERVER_ERROR, login_error
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope

# An org's sessions last 15 minutes to 24 hours without use, two hours by default.
MAX_AGE = 3600.0
# Salesforce blocks who hammers it with wrong credentials or logs in more than 3,600 times an hour.
REFUSED_PAUSE = 5.0
# So many sessions that Salesforce refuses at once are bad luck; one more is the org's doing.
FRUITLESS_LOGINS = 3


@dataclass
class LoggedIn:
    """A session: simple-salesforce in direct mode, which never logs in by itself. `proved` once a call went well."""

    api: Salesforce
    since: float
    proved: bool = False

    @property
    def org_id(self) -> str | None:
        """The org, by the id before the `!` of every access token."""
        head, mark, _ = str(self.api.session_id).partition("!")
        return head if mark else None


class _Noting:
    """The part of a session that the library's login uses. It keeps the status, which the library does not tell."""

    def __init__(self, http: Session) -> None:
        self._http = http
        self.status = 0

    def post(self, *arguments: Any, **named: Any) -> Response:
        response = self._http.post(*arguments, **named)
        self.status = response.status_code
        return response


class Login:
    """Hands out the current session. One thread logs in while the others wait for it, each for its own deadline."""

    def __init__(self, credentials: Credentials, http: Session, version: str) -> None:
        self._credentials = credentials
        self._http = http
        self._version = version
        self._lock = threading.Lock()
        self._current: LoggedIn | None = None
        self._tries = 0
        self._failure: CrmError | None = None
        self._paused_until = 0.0
        self._fruitless = 0

    def session(self, deadline: Deadline) -> LoggedIn:
        """The current session, after a login if there is none or it is old. Raises `CrmError`."""
        current = self._current
        if current is not None and time.monotonic() - current.since < MAX_AGE:
            return current
        try:
            return self._log_in(current, deadline)
        except CrmError as error:
            if current is None or error.scope is not Scope.TRANSIENT:
                raise
            # It is only old: better than none while there is no other.
            self._current = self._current or current
            return current

    def state(self) -> str:
        """How the last login went: "none" as yet, "ok", or the word of its reason."""
        failure = self._failure
        if failure is not None:
            return failure.reason.word
        return "ok" if self._current is not None else "none"

    def renew(self, stale: LoggedIn, deadline: Deadline) -> LoggedIn:
        """A session newer than `stale`, which Salesforce called expired. Raises `CrmError`."""
        current = self._current
        if current is not None and current is not stale:
            return current
        return self._log_in(stale, deadline)

    def proved(self, session: LoggedIn) -> None:
        """A call with this session went well."""
        if not session.proved:
            session.proved = True
            self._fruitless = 0

    def drop(self, session: LoggedIn) -> None:
        """Salesforce refuses this session for good: the next call logs in anew."""
        with self._lock:
            if self._current is session:
                self._forget()

    def _log_in(self, stale: LoggedIn | None, deadline: Deadline) -> LoggedIn:
        tries = self._tries
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise CrmError(
                Reason.CRM_TIMEOUT, "The login at Salesforce took longer than the deadline. Nothing was written."
            )
        try:
            if self._current is not None and self._current is not stale:
                return self._current
            self._forget()
            # Who waited while another thread's login failed takes its answer instead of asking again.
            if self._failure is not None and (tries != self._tries or time.monotonic() < self._paused_until):
                raise self._failure
            return self._try_once(deadline)
        finally:
            self._lock.release()

    def _try_once(self, deadline: Deadline) -> LoggedIn:
        self._tries += 1
        self._failure = None
        try:
            token, instance = self._ask(deadline)
        except CrmError as error:
            self._fail(error, pause=error.scope is Scope.ORG or error.reason is Reason.LOGIN_LIMIT)
            raise
        api = Salesforce(session_id=token, instance=instance, version=self._version, session=self._http)
        self._current = LoggedIn(api, time.monotonic())
        return self._current

    def _forget(self) -> None:
        if self._current is not None and not self._current.proved:
            self._fruitless += 1
            if self._fruitless >= FRUITLESS_LOGINS:
                self._fail(session_refused(), pause=True)
        self._current = None

    def _fail(self, error: CrmError, *, pause: bool) -> None:
        self._failure = error
        if pause:
            self._paused_until = time.monotonic() + REFUSED_PAUSE

    def _ask(self, deadline: Deadline) -> tuple[str, str]:
        arguments: dict[str, Any] = dict(self._credentials.arguments())
        time_left.set(deadline.remaining())
        http = _Noting(self._http)
        try:
            # The library prints advice as a warning; ours is in the error's message.
            with warnings.catch_warnings(action="ignore"):
                token, instance = SalesforceLogin(session=http, **arguments)  # type: ignore[arg-type]
        except SalesforceAuthenticationFailed as error:
            raise login_error(error.code, str(error.auth_message or ""), http.status) from error
        except RequestException as error:
            raise network_error(error, written=False) from error
        # The library trips over answers that are not the documented object.
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            if http.status >= SERVER_ERROR:
                raise login_error(None, "", http.status) from error
            raise unreadable("login", outcome_unknown=False) from error
        if not token or not instance:
            raise unreadable("login", outcome_unknown=False)
        return str(token), str(instance).rstrip("/")
