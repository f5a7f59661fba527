"""The session of a browser: a signed cookie, which says who is there and since when."""

import hashlib
import hmac
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Response, request
from itsdangerous import BadSignature, URLSafeSerializer

from app.operations.console_settings import ConsoleSettings, ConsoleUser

COOKIE = "ringback_console"
PATH = "/console"
SIGN_IN = f"{PATH}/sign-in"
# In seconds: since the sign-in, and since the last page that was asked for.
LONGEST = 12 * 3600.0
IDLE = 30 * 60.0
# No more often is it written down that somebody is still there.
SEEN_EVERY = 60.0


@dataclass(frozen=True)
class Session:
    """Without a user, somebody is about to sign in. `bound` ties it to the password and the role of then."""

    id: str
    user: str | None
    since: float
    seen: float
    bound: str = ""


class SessionCookies:
    """Reads and writes the cookie. No session outlives the user's password, role or name in the settings."""

    def __init__(self, settings: ConsoleSettings) -> None:
        self._settings = settings
        self._signer = signer(settings, COOKIE)

    def shown(self) -> Session | None:
        """What the request shows, if it is ours and not over."""
        session = _read(self._opened(request.cookies.get(COOKIE, "")))
        now = time.time()
        if session is None or now - session.since > LONGEST or now - session.seen > IDLE:
            return None
        user = self._settings.users.get(session.user or "")
        right = session.user is None or (user and hmac.compare_digest(session.bound, self.bound(user)))
        return session if right else None

    def begin(self, user: ConsoleUser | None = None) -> Session:
        """A new one, with an id that nobody knew before."""
        now = time.time()
        name, bound = (user.name, self.bound(user)) if user else (None, "")
        return Session(secrets.token_urlsafe(24), name, now, now, bound)

    def keep(self, response: Response, session: Session) -> None:
        """The browser is to show it from now on."""
        value = self._signer.dumps(vars(replace(session, seen=time.time())))
        set_cookie(response, COOKIE, value, PATH)

    def is_to_be_kept_anew(self, session: Session) -> bool:
        """Whether somebody is there still. A page that refreshes itself is nobody."""
        by_itself = request.method == "GET" and "HX-Request" in request.headers
        return not by_itself and time.time() - session.seen > SEEN_EVERY

    def bound(self, user: ConsoleUser) -> str:
        """Another one as soon as the password or the role of the user is another."""
        text = f"{user.name}:{user.role.value}:{user.password}"
        return hmac.digest(self._settings.session_key.encode(), text.encode(), "sha256").hex()[:32]

    def _opened(self, cookie: str) -> Any:
        try:
            return self._signer.loads(cookie)
        except BadSignature:
            return None


def signer(settings: ConsoleSettings, cookie: str) -> URLSafeSerializer:
    """What signs such cookies, and no others."""
    return URLSafeSerializer(settings.session_key, cookie, signer_kwargs={"digest_method": hashlib.sha256})


def set_cookie(response: Response, name: str, value: str, path: str, seconds: int | None = None) -> None:
    """No script reads it, no other site sends it along, and by TLS it goes by nothing else."""
    response.set_cookie(
        name, value, max_age=seconds, path=path, secure=request.is_secure, httponly=True, samesite="Lax"
    )


def _read(opened: Any) -> Session | None:
    try:
        return Session(**opened) if isinstance(opened, Mapping) else None
    except TypeError:
        # An older Ringback has signed it.
        return None
