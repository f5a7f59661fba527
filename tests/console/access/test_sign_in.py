"""Who comes in, and who does not."""

import re

import pytest
import requests
from sqlalchemy import delete

from app.ledger.tables import sign_in_tries
from tests.support.console_client import ConsoleClient
from tests.support.console_users import OPERATOR, VIEWER
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.writing import writing


@pytest.fixture
def client(console: RunningRingback) -> ConsoleClient:
    """A browser that nobody knows; nobody has tried to sign in yet."""
    with writing(console.database) as connection:
        connection.execute(delete(sign_in_tries))
    return ConsoleClient(console.url)


@pytest.mark.parametrize("who", [OPERATOR, VIEWER], ids=["operator", "viewer"])
def test_the_right_password_leads_in(client: ConsoleClient, who: tuple[str, str]) -> None:
    answer = client.sign_in(*who)

    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/")
    assert who[0] in client.get("/console/").text


@pytest.mark.parametrize(
    ("name", "password"),
    [
        (OPERATOR[0], "wrong"),
        (OPERATOR[0], ""),
        (OPERATOR[0], VIEWER[1]),
        (OPERATOR[0].upper(), OPERATOR[1]),
        ("nobody", "wrong"),
        ("nobody", OPERATOR[1]),
        ("", ""),
        ("<script>alert(1)</script>", "x" * 5000),
    ],
)
def test_all_else_is_answered_alike(client: ConsoleClient, name: str, password: str) -> None:
    """Nobody learns whether the name or the password was wrong, and what was written is shown as text."""
    answer = client.sign_in(name, password)

    assert answer.status_code == 403
    assert "do not belong together" in answer.text
    assert "<script>alert" not in answer.text
    assert client.get("/console/").headers["Location"] == "/console/sign-in"


def test_the_session_is_a_new_one(client: ConsoleClient) -> None:
    """Whoever has given a browser its session knows nothing of it after the sign-in."""
    client.get("/console/sign-in")
    planted = client.session
    client.sign_in(*OPERATOR)
    stranger = ConsoleClient(client.url)
    stranger.http.cookies.set("ringback_console", planted)

    assert planted
    assert client.session not in ("", planted)
    assert stranger.get("/console/").status_code == 303


def test_who_signs_out_is_out(client: ConsoleClient) -> None:
    """In this browser, and wherever somebody has kept the cookie."""
    client.sign_in(*VIEWER)
    thief = ConsoleClient(client.url)
    thief.http.cookies.set("ringback_console", client.session)
    assert thief.get("/console/").status_code == 200

    assert client.post("/console/sign-out").headers["Location"] == "/console/sign-in"

    assert client.session == ""
    assert client.get("/console/").status_code == 303
    assert thief.get("/console/").status_code == 303


def test_cookies_are_for_this_server_only(client: ConsoleClient) -> None:
    """No script reads them, no other site sends them, and no other path sees them."""
    client.get("/console/sign-in")
    answer = client.post("/console/sign-in", name=OPERATOR[0], password=OPERATOR[1])
    cookies = re.split(r", (?=ringback)", answer.headers["Set-Cookie"])

    assert len(cookies) == 2
    for cookie in cookies:
        assert {"HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
        assert re.search(r"; Path=/console(/sign-in)?(;|$)", cookie)


@pytest.mark.parametrize(
    ("wanted", "leads"),
    [
        ("/console/callbacks?state=failed&q=%2B49301234", "/console/callbacks?state=failed&q=%2B49301234"),
        ("/console/callbacks/17", "/console/callbacks/17"),
        ("/console/callbacks?q=a%2Fb..c", "/console/callbacks?q=a%2Fb..c"),
        ("/console/sign-in?next=/console/sign-in", "/console/"),
        ("https://evil.example/console/", "/console/"),
        ("//evil.example/console/", "/console/"),
        ("/console/../callbacks", "/console/"),
        ("/console/%2e%2e/callbacks", "/console/"),
        ("/console//evil.example", "/console/"),
        ("/console/\\evil.example", "/console/"),
        ("/console/\r\nSet-Cookie: a=b", "/console/"),
        ("javascript:alert(1)", "/console/"),
        ("/consolevil", "/console/"),
        ("/metrics", "/console/"),
        ("", "/console/"),
    ],
)
def test_it_leads_to_the_page_that_was_wanted(client: ConsoleClient, wanted: str, leads: str) -> None:
    """If that is one of the console: nobody is led elsewhere by a link."""
    assert client.sign_in(*OPERATOR, next=wanted).headers["Location"] == leads


@pytest.mark.parametrize("path", ["/console/", "/console", "/console/callbacks", "/console/audit", "/console/none"])
def test_a_stranger_is_led_to_sign_in(console_url: str, path: str) -> None:
    """For every path below the console alike: which pages there are is nobody's business."""
    answer = requests.get(console_url + path, timeout=PATIENCE, allow_redirects=False)

    assert answer.status_code == 303
    assert answer.headers["Location"].partition("?")[0] == "/console/sign-in"


def test_what_refreshes_itself_goes_there_as_a_whole(console_url: str) -> None:
    """No form to sign in is put into the middle of a page."""
    answer = requests.get(f"{console_url}/console/", headers={"HX-Request": "true"}, timeout=PATIENCE)

    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["HX-Redirect"] == "/console/sign-in"


def test_a_failure_is_logged_without_what_was_shown(client: ConsoleClient, console: RunningRingback) -> None:
    """The log has the address, and neither name nor password."""
    client.sign_in("a-name-that-is-none", "a-password-that-is-none")

    failures = [line for line in console.log_lines() if line.get("level") == "warning" and line.get("http") == 403]
    assert failures[-1]["remote"] == "127.0.0.1"
    assert "that-is-none" not in console.log.read_text()
