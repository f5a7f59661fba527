"""What stands before the pages keeps no thread of those that callbacks need."""

from pathlib import Path

import pytest
from flask import Flask, Response
from werkzeug.exceptions import ServiceUnavailable

from app.console.access.entrance import Entrance
from app.console.access.session import COOKIE, SessionCookies
from app.console.places import leave_place
from app.ledger.database import Database
from app.ledger.ended_sessions import EndedSessions
from app.operations.console_settings import ConsoleSettings, ConsoleUser, Role

ANNA = ConsoleUser("anna", Role.OPERATOR, "scrypt:1:1:1$a$b")
SETTINGS = ConsoleSettings({"anna": ANNA}, "a-key-of-this-test-that-is-long-enough")


class CountedSessions(EndedSessions):
    """Counts how often the ledger is asked."""

    asked = 0

    def has(self, session: str) -> bool:
        self.asked += 1
        return super().has(session)


def test_who_has_no_place_does_not_ask_the_ledger(tmp_path: Path) -> None:
    """With a database that hangs, each who asks it would wait for it, with a thread."""
    app, cookies = Flask("test"), SessionCookies(SETTINGS)
    app.add_url_rule("/console/", "overview", lambda: "")
    ended = CountedSessions(Database(f"sqlite:///{tmp_path}/away.db"))
    entrance = Entrance(SETTINGS, cookies, ended, places=1)
    with app.test_request_context("/console/"):
        response = Response()
        cookies.keep(response, cookies.begin(ANNA))
    cookie = f"{COOKIE}={response.headers['Set-Cookie'].partition('=')[2].partition(';')[0]}"

    with app.test_request_context("/console/", headers={"Cookie": cookie}):
        assert entrance() is None
        with app.test_request_context("/console/", headers={"Cookie": cookie}), pytest.raises(ServiceUnavailable):
            entrance()
        leave_place(None)

    assert ended.asked == 1
