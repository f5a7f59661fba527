"""Logins and the sessions they open. An access token is a session; it dies of inactivity."""

import base64
import secrets
import threading
import time
from collections import deque

from app.sandbox.salesforce.errors import SalesforceError, error, session_invalid
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.store import Store

ACTIVE, VOID, NO_REST = "active", "void", "no_rest"
HOUR = 3600.0


class LoginRateExceededError(Exception):
    """A user logged in too often within an hour."""


class Sessions:
    """Kept in the store, so that they survive a restart; logins are counted in memory."""

    def __init__(self, org: SandboxOrg, store: Store) -> None:
        self._org = org
        self._store = store
        self._lock = threading.Lock()
        self._logins: dict[str, deque[float]] = {}

    def open(self, user_id: str, org_id: str) -> str:
        """Log a user in; the token may be that of a session that lives already."""
        with self._lock:
            self._count_login(user_id)
            policy = self._org["session_policy"]
            living = self._living(user_id) if policy == "shared" else None
            if living:
                self._touch(living)
                return living
            if policy == "single":
                self._store.execute("UPDATE sessions SET state = ? WHERE user_id = ?", VOID, user_id)
            # A real token has 96 characters after the "!"; they are from the URL-safe alphabet with dots.
            token = f"{org_id[:15]}!{base64.urlsafe_b64encode(secrets.token_bytes(72)).decode().replace('-', '.')}"
            self._store.execute("INSERT INTO sessions VALUES (?, ?, ?, ?)", token, user_id, time.time(), ACTIVE)
            return token

    def user_of(self, authorization: str | None) -> str:
        """The user behind an Authorization header, or the 401 Salesforce answers."""
        token = token_in(authorization)
        rows = self._store.execute("SELECT user_id, last_active, state FROM sessions WHERE token = ?", token)
        if not rows:
            raise session_invalid()
        user_id, last_active, state = rows[0]
        if state == NO_REST:
            raise session_invalid("This session is not valid for use with the REST API")
        idle, timeout = time.time() - last_active, self._org["session_seconds"]
        if state != ACTIVE or idle > timeout or not self._is_active(user_id):
            raise session_invalid()
        # Salesforce moves "last active" only after half the period; so a session used early may die early.
        if idle > timeout / 2:
            self._touch(token)
        return str(user_id)

    def ends_at(self, token: str) -> float:
        """When a session dies if nobody uses it any more."""
        rows = self._store.execute("SELECT last_active FROM sessions WHERE token = ?", token)
        return float(rows[0][0]) + float(self._org["session_seconds"])

    def end(self, token: str, state: str = VOID) -> bool:
        """Void a session, or make it one that REST does not accept; False when there is none such."""
        sql = "UPDATE sessions SET state = ? WHERE token = ? RETURNING token"
        return bool(self._store.execute(sql, state, token))

    def end_all(self, state: str = VOID) -> None:
        self._store.execute("UPDATE sessions SET state = ?", state)

    def forget_logins(self) -> None:
        self._logins.clear()

    def _count_login(self, user_id: str) -> None:
        recent, moment = self._logins.setdefault(user_id, deque()), time.monotonic()
        while recent and moment - recent[0] > HOUR:
            recent.popleft()
        if len(recent) >= self._org["login_limit"]:
            raise LoginRateExceededError
        recent.append(moment)

    def _living(self, user_id: str) -> str | None:
        oldest = time.time() - self._org["session_seconds"]
        rows = self._store.execute(
            "SELECT token FROM sessions WHERE user_id = ? AND state = ? AND last_active > ?", user_id, ACTIVE, oldest
        )
        return str(rows[0][0]) if rows else None

    def _touch(self, token: str) -> None:
        self._store.execute("UPDATE sessions SET last_active = ? WHERE token = ?", time.time(), token)

    def _is_active(self, user_id: str) -> bool:
        user = self._store.get(user_id)
        return bool(user and user.fields.get("IsActive"))


def token_in(authorization: str | None) -> str:
    """The token of `Bearer …` or `OAuth …`."""
    if not authorization:
        raise session_invalid()
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() not in ("bearer", "oauth") or not token.strip():
        raise _bad_header()
    return token.strip()


def _bad_header() -> SalesforceError:
    return error(401, "INVALID_AUTH_HEADER", "INVALID_HEADER_TYPE")
