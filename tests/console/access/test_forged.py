"""No other site posts in the name of who is signed in."""

import pytest

from tests.support.console_client import ConsoleClient
from tests.support.console_users import OPERATOR, VIEWER

PATHS = ["/console/sign-out", "/console/language", "/console/sign-in"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": ""},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://127.0.0.1"},
    ],
    ids=str,
)
def test_a_post_from_elsewhere_is_refused(console_url: str, path: str, headers: dict[str, str]) -> None:
    """Even if it has the token."""
    client = ConsoleClient(console_url)
    client.sign_in(*VIEWER)
    answer = client.post(path, headers, language="de", name=OPERATOR[0], password=OPERATOR[1])

    assert answer.status_code == 403
    assert VIEWER[0] in client.get("/console/").text


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("token", ["", "0", "é", "another's"])
def test_a_post_without_the_token_of_its_session_is_refused(console_url: str, path: str, token: str) -> None:
    client, other = ConsoleClient(console_url), ConsoleClient(console_url)
    client.sign_in(*VIEWER)
    other.sign_in(*VIEWER)
    sent = other.token if token == "another's" else token
    answer = client.post(path, csrf_token=sent, language="de", name=OPERATOR[0], password=OPERATOR[1])

    assert answer.status_code == 403
    assert 'lang="en"' in client.get("/console/").text
    assert VIEWER[0] in client.get("/console/").text


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}], ids=str)
def test_our_own_forms_are_taken(console_url: str, headers: dict[str, str]) -> None:
    client = ConsoleClient(console_url)
    client.sign_in(*VIEWER)

    assert client.post("/console/language", headers, language="de", next="/console/").status_code == 303
    assert 'lang="de"' in client.get("/console/").text


def test_the_origin_is_ours_behind_tls_too(console_url: str) -> None:
    """A proxy changes the scheme, and not the host."""
    client = ConsoleClient(console_url)
    client.sign_in(*VIEWER)
    host = console_url.removeprefix("http://")

    assert client.post("/console/language", {"Origin": f"https://{host}"}, language="de").status_code == 303
