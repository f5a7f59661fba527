"""The one login of this process: shared by all threads, renewed by age and once on expiry, never looped."""

import threading
import time
from dataclasses import dataclass

from simple_salesforce.api import Salesforce

from app.crm.salesforce.credentials import Credentials
from app.crm.salesforce.errors import session_refused
from app.crm.salesforce.http_session import SalesforceSession
from app.crm.salesforce.token import ask_for_token
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.waiting import Deadline

# An org's sessions last 15 minutes to 24 hours without use, two hours by default.
MAX_AGE = 3600.0
# Salesforce blocks who hammers it with wrong credentials or logs in more than 3,600 times an hour.
REFUSED_PAUSE = 5.0
# So many sessions that Salesforce refuses at once are bad luck; one more is the org's doing.
FRUITLESS_LOGINS = 3
# The instance that a login has named may be gone. A network that is bad must not lead to a login for each call.
UNREACHED_PAUSE = 30.0
# So many connections in a row that break are no bad luck either.
LOST_IN_A_ROW = 2


@dataclass
class LoggedIn:
    """A session: simple-salesforce in direct mode, which never logs in by itself. `proved` once a call went well.

    `lost` counts the connections that have broken since then. `org_id` stands before the `!` of every access token.
    """

    api: Salesforce
    since: float
    proved: bool = False
    lost: int = 0
    org_id: str | None = None

    def __post_init__(self) -> None:
        head, mark, _ = str(self.api.session_id).partition("!")
        self.org_id = head if mark else None


class Login:
    """Hands out the current session. One thread logs in while the others wait for it, each for its own deadline."""

    def __init__(self, credentials: Credentials, http: SalesforceSession, version: str) -> None:
        self._credentials = credentials
        self._http = http
        self._version = version
        self._lock = threading.Lock()
        self._logged_in: LoggedIn | None = None
        self._tries = 0
        self._failure: CrmError | None = None
        self._failed_at = 0.0
        self._paused_until = 0.0
        self._fruitless = 0
        self._unreached_at = -UNREACHED_PAUSE

    def session(self, deadline: Deadline) -> LoggedIn:
        """The current session, after a login if there is none or it is old. Raises `CrmError`."""
        logged_in = self._logged_in
        if logged_in is not None and time.monotonic() - logged_in.since < MAX_AGE:
            return logged_in
        try:
            return self._log_in(logged_in, deadline)
        except CrmError as error:
            if logged_in is None or error.scope is not Scope.TRANSIENT:
                raise
            # It is only old: better than none while there is no other.
            self._logged_in = self._logged_in or logged_in
            return logged_in

    def state(self) -> str:
        """How the last login went: "none" as yet, "ok", or the word of its reason."""
        failure = self._failure
        if failure is not None:
            return failure.reason.word
        return "ok" if self._logged_in is not None else "none"

    def renew(self, stale: LoggedIn, deadline: Deadline) -> LoggedIn:
        """A session newer than `stale`, which Salesforce called expired. Raises `CrmError`."""
        logged_in = self._logged_in
        if logged_in is not None and logged_in is not stale:
            return logged_in
        return self._log_in(stale, deadline)

    def proved(self, session: LoggedIn) -> None:
        """A call with this session went well."""
        session.lost = 0
        if not session.proved:
            session.proved = True
            self._fruitless = 0

    def drop(self, session: LoggedIn) -> None:
        """Salesforce refuses this session for good: the next call logs in anew."""
        with self._lock:
            if self._logged_in is session:
                self._forget()

    def unreached(self, session: LoggedIn, *, surely: bool) -> None:
        """A call did not reach the session's instance (`surely`), or lost it on the way: the org may have moved.

        Then the next call logs in anew, but not again and again.
        """
        session.lost += 1
        now = time.monotonic()
        if not surely and session.lost < LOST_IN_A_ROW:
            return
        # Without the lock, which is held as long as another thread logs in.
        if self._logged_in is session and now - self._unreached_at >= UNREACHED_PAUSE:
            self._unreached_at = now
            self._logged_in = None

    def _log_in(self, stale: LoggedIn | None, deadline: Deadline) -> LoggedIn:
        tries = self._tries
        if not self._lock.acquire(timeout=deadline.remaining()):
            raise CrmError(
                Reason.CRM_TIMEOUT, "The login at Salesforce took longer than the deadline. Nothing was written."
            )
        try:
            if self._logged_in is not None and self._logged_in is not stale:
                return self._logged_in
            self._forget()
            # Who waited while another thread's login failed takes its answer instead of asking again.
            if self._failure is not None and (tries != self._tries or time.monotonic() < self._paused_until):
                raise self._kept(self._failure)
            return self._try_once(deadline)
        finally:
            self._lock.release()

    def _try_once(self, deadline: Deadline) -> LoggedIn:
        self._tries += 1
        self._failure = None
        try:
            token, instance = ask_for_token(self._credentials, self._http, deadline)
        except CrmError as error:
            refused = error.scope is Scope.ORG or error.reason is Reason.LOGIN_LIMIT
            self._fail(error, max(REFUSED_PAUSE if refused else 0.0, error.retry_after))
            raise
        api = Salesforce(session_id=token, instance_url=instance, version=self._version, session=self._http)
        self._logged_in = LoggedIn(api, time.monotonic())
        return self._logged_in

    def _forget(self) -> None:
        if self._logged_in is not None and not self._logged_in.proved:
            self._fruitless += 1
            if self._fruitless >= FRUITLESS_LOGINS:
                self._fail(session_refused(), REFUSED_PAUSE)
        self._logged_in = None

    def _fail(self, error: CrmError, pause: float) -> None:
        # Whoever raises it may change it.
        self._failure = error.copy()
        self._failed_at = time.monotonic()
        self._paused_until = self._failed_at + pause

    def _kept(self, failure: CrmError) -> CrmError:
        """The failure for one more who meets it; what it asks to wait has begun with the first."""
        error = failure.copy()
        error.retry_after = max(0.0, error.retry_after - (time.monotonic() - self._failed_at))
        return error
