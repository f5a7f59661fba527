"""How long a session lasts, and what ends it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask, Response

from app.console.access.session import COOKIE, IDLE, LONGEST, SessionCookies
from app.operations.console_settings import ConsoleSettings, ConsoleUser, Role

ANNA = ConsoleUser("anna", Role.OPERATOR, "scrypt:1:1:1$a$b")
SETTINGS = ConsoleSettings({"anna": ANNA}, "a-key-of-this-test-that-is-long-enough")
NOON = 1_800_000_000.0
Settings = Callable[[], ConsoleSettings]


def with_user(**changes) -> ConsoleSettings:
    return replace(SETTINGS, users={"anna": replace(ANNA, **changes)})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Sets the time."""

    def set_time(now: float) -> None:
        monkeypatch.setattr("app.console.access.session.time.time", lambda: now)

    set_time(NOON)
    return set_time


def cookie_of(settings: ConsoleSettings = SETTINGS, *, scheme: str = "http") -> str:
    cookies = SessionCookies(settings)
    with Flask("test").test_request_context("/console/", base_url=f"{scheme}://ringback"):
        response = Response()
        cookies.keep(response, cookies.begin(settings.users["anna"]))
    return response.headers["Set-Cookie"]


def user_shown(cookie: str, settings: ConsoleSettings = SETTINGS) -> str | None:
    value = cookie.partition("=")[2].partition(";")[0]
    with Flask("test").test_request_context("/console/", headers={"Cookie": f"{COOKIE}={value}"}):
        shown = SessionCookies(settings).shown()
    return shown.user if shown else None


@pytest.mark.parametrize(("after", "shown"), [(0.0, "anna"), (IDLE - 1, "anna"), (IDLE + 1, None), (LONGEST + 1, None)])
def test_it_ends_when_nobody_is_there(clock: Callable[[float], None], after: float, shown: str | None) -> None:
    cookie = cookie_of()
    clock(NOON + after)

    assert user_shown(cookie) == shown


def test_it_ends_at_last(clock: Callable[[float], None]) -> None:
    """However busy somebody is."""
    session = SessionCookies(SETTINGS).begin(ANNA)
    for minutes in range(0, 12 * 60 + 20, 20):
        clock(NOON + minutes * 60)
        with Flask("test").test_request_context("/console/"):
            response = Response()
            SessionCookies(SETTINGS).keep(response, session)
        shown = user_shown(response.headers["Set-Cookie"])
        assert shown == ("anna" if minutes <= 12 * 60 else None)


@pytest.mark.parametrize(
    "changed",
    [
        with_user(password="scrypt:1:1:1$a$c"),
        with_user(role=Role.VIEWER),
        replace(SETTINGS, users={}),
        replace(SETTINGS, users={"berta": ANNA}),
        replace(SETTINGS, session_key="another-key-of-this-test-that-is-long"),
    ],
    ids=["password", "role", "taken out", "another name", "key"],
)
def test_it_ends_with_what_it_rests_on(changed: ConsoleSettings) -> None:
    cookie = cookie_of()

    assert user_shown(cookie) == "anna"
    assert user_shown(cookie, changed) is None


def test_a_changed_cookie_is_none() -> None:
    """Each letter of it counts."""
    cookie = cookie_of()
    value = cookie.partition("=")[2].partition(";")[0]
    for place in range(0, len(value), 7):
        other = "A" if value[place] != "A" else "B"
        # The last letter of a signature has bits that say nothing.
        if place < len(value) - 1:
            assert user_shown(f"{COOKIE}={value[:place]}{other}{value[place + 1 :]}") is None, place


@pytest.mark.parametrize("cookie", ["", "x", ".", "a.b.c", "W10.x", "é" * 9])
def test_what_is_no_cookie_is_none(cookie: str) -> None:
    assert user_shown(f"{COOKIE}={cookie}") is None


@pytest.mark.parametrize(("scheme", "secure"), [("http", False), ("https", True)])
def test_by_tls_it_goes_by_nothing_else(scheme: str, secure: bool) -> None:
    assert secure == ("; Secure" in cookie_of(scheme=scheme))


@pytest.mark.parametrize(
    ("method", "headers", "after", "noted"),
    [
        ("GET", {}, 61, True),
        ("GET", {}, 59, False),
        ("GET", {"HX-Request": "true"}, 600, False),
        ("POST", {"HX-Request": "true"}, 600, True),
    ],
)
def test_a_page_that_refreshes_itself_is_nobody(
    clock: Callable[[float], None], method: str, headers: dict[str, str], after: float, noted: bool
) -> None:
    cookies = SessionCookies(SETTINGS)
    session = cookies.begin(ANNA)
    clock(NOON + after)
    with Flask("test").test_request_context("/console/", method=method, headers=headers):
        assert noted == cookies.is_to_be_kept_anew(session)
