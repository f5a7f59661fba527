"""Ends the session."""

from flask import Blueprint, Response, g

from app.console.access.roles import signed_in, viewers
from app.console.access.session import COOKIE, LONGEST, PATH, SIGN_IN
from app.console.services import Console
from app.ledger.ended_sessions import EndedSessions


def add_sign_out(blueprint: Blueprint, console: Console) -> None:
    """`/console/sign-out`."""
    ended = EndedSessions(console.database)

    @blueprint.post("/sign-out")
    @viewers
    def sign_out() -> Response:
        ended.end(g.session.id, LONGEST)
        ended.forget_old()
        console.audit.note(signed_in(), "sign_out")
        g.ended = True
        response = Response(status=303, headers={"Location": SIGN_IN})
        response.delete_cookie(COOKIE, path=PATH)
        return response
