"""The page to sign in."""

from dataclasses import dataclass
from math import ceil

import structlog
from flask import Blueprint, Response, g, make_response, request

from app.console.access.back import back
from app.console.access.passwords import BusyError, is_right
from app.console.access.session import SessionCookies
from app.console.access.throttle import Throttle
from app.console.services import Console
from app.domain.client_address import address_of
from app.operations.console_settings import ConsoleUser

BUSY_SECONDS = 5.0


@dataclass(frozen=True)
class SignIn:
    """What it takes to let somebody in."""

    console: Console
    sessions: SessionCookies
    throttle: Throttle

    def answer(self, name: str, password: str, wanted: str | None) -> Response:
        """Leads in who shows the right password. Raises `LedgerError`."""
        user = self.console.settings.users.get(name)
        wait = self.throttle.take(name, user)
        if wait:
            return self._too_often(name, wait)
        try:
            right = is_right(user, password)
        except BusyError:
            return self._too_often(name, BUSY_SECONDS)
        return self._let_in(user, wanted) if user and right else self._wrong(name)

    def page(self, name: str = "", wait: float | None = None, wrong: bool = False) -> str:
        """The form, and what was wrong with the last try."""
        wanted = back(request.values.get("next"))
        return self.console.page("console/sign_in.html", name=name, wait=wait, wrong=wrong, wanted=wanted)

    def _let_in(self, user: ConsoleUser, wanted: str | None) -> Response:
        self.console.audit.note(user, "sign_in")
        response = Response(status=303, headers={"Location": back(wanted)})
        self.throttle.passed(user, response)
        # Whoever knew the id of before knows nothing of this one.
        self.sessions.keep(response, self.sessions.begin(user))
        g.ended = True
        return response

    def _wrong(self, name: str) -> Response:
        g.login_failed = True
        structlog.contextvars.bind_contextvars(remote=address_of(request.remote_addr))
        return make_response(self.page(name, wrong=True), 403)

    def _too_often(self, name: str, wait: float) -> Response:
        g.login_failed = True
        response = make_response(self.page(name, wait=wait), 429)
        response.headers["Retry-After"] = str(ceil(wait))
        return response


def add_sign_in(blueprint: Blueprint, sign_in: SignIn) -> None:
    """`/console/sign-in`."""

    @blueprint.get("/sign-in")
    def show_sign_in() -> str:
        return sign_in.page()

    @blueprint.post("/sign-in")
    def do_sign_in() -> Response:
        form = request.form
        return sign_in.answer(form.get("name", "").strip(), form.get("password", ""), form.get("next"))
