"""How often somebody may try to sign in: by the name, by the network they come from, and all together.

A browser in which the user has signed in before counts by itself. So whoever guesses keeps nobody out for long.
"""

import hmac
import ipaddress
import secrets
from collections.abc import Sequence

from flask import Response, request
from itsdangerous import BadSignature

from app.console.access.session import SIGN_IN, SessionCookies, set_cookie, signer
from app.domain.client_address import address_of
from app.ledger.sign_in_tries import Allowance, SignInTries
from app.operations.console_settings import ConsoleSettings, ConsoleUser

COOKIE = "ringback_console_known"
_YEAR = 365 * 24 * 3600
# So many rows there are at most of each kind, whatever strangers send.
BUCKETS = 4096
OF_BROWSER = Allowance(10, 30)
OF_NAME = Allowance(30, 20)
OF_NETWORK = Allowance(10, 30)
OF_ALL = Allowance(120, 1)
_PREFIXES = {4: 24, 6: 56}
Tries = Sequence[tuple[str, Allowance]]


class Throttle:
    """Everything raises `LedgerError`: without the ledger nobody signs in, since nobody could count."""

    def __init__(self, settings: ConsoleSettings, sessions: SessionCookies, tries: SignInTries) -> None:
        self._key = settings.session_key.encode()
        self._sessions = sessions
        self._tries = tries
        self._signer = signer(settings, COOKIE)

    def is_known(self) -> bool:
        """Whether somebody has signed in with this browser before, whoever it was."""
        return self._shown() is not None

    def take(self, name: str, user: ConsoleUser | None) -> float:
        """Takes a try; says in how many seconds there is another one, 0 if there was one."""
        return self._tries.take(self._allowances(name, user))

    def passed(self, user: ConsoleUser, response: Response) -> None:
        """The try was right; from now on this browser is known as the user's."""
        self._tries.give_back(self._allowances(user.name, user))
        self._tries.forget_old()
        if self._browser(user) is None:
            known = [secrets.token_urlsafe(16), self._sessions.bound(user)]
            set_cookie(response, COOKIE, str(self._signer.dumps(known)), SIGN_IN, _YEAR)

    def _allowances(self, name: str, user: ConsoleUser | None) -> Tries:
        browser = self._browser(user) if user else None
        if browser is not None:
            return [(self._row("browser", browser), OF_BROWSER)]
        network = _network(address_of(request.remote_addr))
        return [(self._row("name", name), OF_NAME), (self._row("network", network), OF_NETWORK), ("all", OF_ALL)]

    def _browser(self, user: ConsoleUser) -> str | None:
        """Which browser it is, if the user has signed in with it, with the password of now."""
        known, bound = self._shown() or ("", "")
        return known if hmac.compare_digest(bound, self._sessions.bound(user)) else None

    def _shown(self) -> tuple[str, str] | None:
        try:
            known, bound = self._signer.loads(request.cookies.get(COOKIE, ""))
        except (BadSignature, TypeError, ValueError):
            return None
        return str(known), str(bound)

    def _row(self, kind: str, value: str) -> str:
        """Nobody outside can choose which values share one."""
        digest = hmac.digest(self._key, f"{kind}:{value}".encode(), "sha256")
        return f"{kind}:{int.from_bytes(digest[:8]) % BUCKETS}"


def _network(address: str | None) -> str:
    if address is None:
        return ""
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network(f"{address}/{_PREFIXES[ip.version]}", strict=False))
