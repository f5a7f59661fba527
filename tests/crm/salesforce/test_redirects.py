"""A redirect is followed only within Salesforce, by https, and only so that what was sent arrives as it was sent."""

import json
from collections.abc import Callable

import pytest

from app.crm.salesforce import http_session
from app.domain.errors import CrmError
from app.domain.reasons import Scope
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import HOME, TOKEN_PATH, Answer, Call, Internet, redirect

RECORD = Record("Case", {"Subject": "Callback for +4930901820"})
COMPOSITE = "/services/data/v66.0/composite"
FURTHER = "acme--new.my.salesforce.com"

# Each is a place where neither a Case nor a token may arrive, or none at all.
ELSEWHERE = [
    None,
    "",
    f"http://{HOME}{COMPOSITE}",
    "http://evil.example/",
    "https://evil.example/",
    f"//evil.example{COMPOSITE}",
    "https://evilsalesforce.com/",
    "https://salesforce.com.evil.example/",
    f"https://{HOME}.evil.example/",
    f"https://{HOME}@evil.example/",
    f"https://{HOME}:443@evil.example/",
    f"https://user:password@{HOME}/",
    f"https://user@{HOME}/",
    f"https://{HOME}:8443/",
    f"https://{HOME}:80/",
    f"https://{HOME}:/",
    f"https://{HOME}\\@evil.example/",
    f"https://evil.example\\.{HOME}/",
    f"https://evil.example#.{HOME}/",
    f"https://evil.example?.{HOME}/",
    f"https://evil.example/.{HOME}/",
    f"https://evil.example%2f.{HOME}/",
    "https://-.salesforce.com/",
    "https://.salesforce.com/",
    "https://a..salesforce.com/",
    "https://acme.my.salesforce.com./",
    "https://acme.my.\u017falesforce.com/",
    "https://acme.my.salesforce.c\u043em/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[bad/",
    "https://2130706433/",
    "ftp://acme.my.salesforce.com/",
    "javascript:alert(1)",
    "data:application/json,{}",
    "file:///etc/passwd",
]
OWN = [
    f"https://{FURTHER}{COMPOSITE}",
    f"https://{FURTHER.upper()}:443{COMPOSITE}?a=b#c",
    f"//{FURTHER}{COMPOSITE}",
    f"HTTPS://{FURTHER}{COMPOSITE}",
    "https://na139.salesforce.com/",
    "https://acme--uat.sandbox.my.salesforce.com/",
    "https://acme.cloudforce.com/",
    "https://acme.lightning.force.com/",
    "https://acme.my.salesforce.mil/",
    "https://acme.my.sfcrmproducts.cn/",
    "https://acme.my.sfcrmapps.cn/",
    "/services/data/v65.0/composite",
    "../elsewhere",
    "https:elsewhere",
    "https:///elsewhere",
]


def create(rooms: Rooms, seconds: float = 10) -> CrmError | None:
    try:
        rooms.crm.create(RECORD, "default-1", Deadline(seconds))
    except CrmError as error:
        return error
    return None


def redirecting(path: str, answer: Answer, times: int = 1_000) -> Callable[[Call], Answer | None]:
    """Redirects calls of this path so many times; the first is that to Salesforce's door."""
    left = times

    def answers(call: Call) -> Answer | None:
        nonlocal left
        if call.path != path or not left:
            return None
        left -= 1
        return answer

    return answers


@pytest.mark.parametrize("path", [COMPOSITE, TOKEN_PATH], ids=["call", "login"])
@pytest.mark.parametrize("location", ELSEWHERE, ids=ascii)
def test_elsewhere(real: Rooms, internet: Internet, location: str | None, path: str) -> None:
    """It is trouble on the way that passes, and nobody else hears of the Case, the token or the secret."""
    for status in (301, 302, 303, 307, 308):
        internet.answers = redirecting(path, redirect(status, location))
        error = create(real)

        assert error is not None
        assert (Scope.TRANSIENT, (), False) == (error.scope, error.fields, error.permanent)
        assert str(status) == error.code
    assert {HOME} == internet.hosts
    assert {f"{HOME}:443"} == set(internet.connects)


@pytest.mark.parametrize("location", OWN, ids=ascii)
@pytest.mark.parametrize("status", [307, 308])
def test_within_salesforce(real: Rooms, internet: Internet, location: str, status: int) -> None:
    """What Salesforce redirects as it is arrives there as it was: body, token, method."""
    internet.answers = redirecting(COMPOSITE, redirect(status, location), times=1)

    assert create(real) is None
    first, second = (call for call in internet.calls if call.path != TOKEN_PATH)
    assert ("POST", first.body) == (second.method, second.body)
    assert "default-1" in second.body.decode()
    assert "Bearer 00D000000000001!token" == first.headers["Authorization"] == second.headers["Authorization"]


@pytest.mark.parametrize("status", [307, 308])
def test_login_within_salesforce(real: Rooms, internet: Internet, status: int) -> None:
    """The token endpoint may lead on as well, and the log-in arrives whole."""
    internet.answers = redirecting(TOKEN_PATH, redirect(status, f"https://{FURTHER}{TOKEN_PATH}"), times=1)

    assert create(real) is None
    first, second = (call for call in internet.calls if call.path == TOKEN_PATH)
    assert [HOME, FURTHER] == [first.host, second.host]
    assert (first.body, first.headers["Authorization"]) == (second.body, second.headers["Authorization"])


@pytest.mark.parametrize("status", [301, 302, 303])
@pytest.mark.parametrize("path", [COMPOSITE, TOKEN_PATH], ids=["call", "login"])
def test_post_that_would_become_a_get(real: Rooms, internet: Internet, status: int, path: str) -> None:
    """A redirect that would lose what is sent is not followed, not even within Salesforce, and is no success."""
    internet.answers = redirecting(path, redirect(status, f"https://{FURTHER}{path}"))
    error = create(real)

    assert error is not None
    assert Scope.TRANSIENT is error.scope
    assert {HOME} == internet.hosts
    assert {"POST"} == {call.method for call in internet.calls}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_what_only_reads_is_followed(real: Rooms, internet: Internet, status: int) -> None:
    """A GET loses nothing."""
    answer = redirect(status, f"https://{FURTHER}/services/data/v66.0/query?q=x")
    internet.answers = lambda call: answer if call.host == HOME and call.method == "GET" else None

    assert real.crm.find("Case", "default-1", Deadline(10)) is None
    assert FURTHER == internet.calls[-1].host


@pytest.mark.parametrize("status", [300, 304, 305, 306, 310, 399])
@pytest.mark.parametrize("path", [COMPOSITE, TOKEN_PATH], ids=["call", "login"])
def test_other_3xx(real: Rooms, internet: Internet, status: int, path: str) -> None:
    """What is no redirect that anybody knows is not followed and no success."""
    internet.answers = redirecting(path, redirect(status, f"https://{FURTHER}{path}"))

    assert create(real) is not None
    assert {HOME} == internet.hosts


@pytest.mark.parametrize("body", ["", '{"access_token": "x!y", "instance_url": "https://evil.example"}', "[1]", "{}"])
def test_body_of_a_redirect(real: Rooms, internet: Internet, body: str) -> None:
    """Whatever stands in it counts for nothing."""
    answer = Answer(302, body, (("Location", "https://evil.example/"),))
    internet.answers = redirecting(TOKEN_PATH, answer)
    error = create(real)

    assert error is not None
    assert (Scope.TRANSIENT, "302") == (error.scope, error.code)


@pytest.mark.parametrize("path", [COMPOSITE, TOKEN_PATH], ids=["call", "login"])
@pytest.mark.parametrize("hosts", [[HOME], [HOME, FURTHER]], ids=["to itself", "to and fro"])
def test_circle(real: Rooms, internet: Internet, path: str, hosts: list[str]) -> None:
    """A redirect without an end ends soon."""

    def answers(call: Call) -> Answer | None:
        other = hosts[-1] if call.host == hosts[0] else hosts[0]
        return redirect(307, f"https://{other}{path}") if call.path == path else None

    internet.answers = answers
    error = create(real)

    assert error is not None
    assert (Scope.TRANSIENT, "307") == (error.scope, error.code)
    assert 1 + http_session.MOST_REDIRECTS == sum(call.path == path for call in internet.calls)


def test_all_redirects_share_the_time(real: Rooms, internet: Internet) -> None:
    """Redirects that are each in time do not hold a call beyond its own."""
    answer = Answer(307, "", (("Location", f"https://{HOME}{COMPOSITE}"),), seconds=0.4)
    create(real)
    internet.answers = redirecting(COMPOSITE, answer, times=4)
    error = create(real, seconds=1.0)

    assert error is not None
    assert "crm_timeout" == error.reason.word


def test_second_place_that_cannot_be_reached(real: Rooms, internet: Internet) -> None:
    """It is told as what it is."""
    internet.answers = redirecting(COMPOSITE, redirect(307, f"https://{FURTHER}/"))
    internet.gone.add(FURTHER)
    error = create(real)

    assert error is not None
    assert ("crm_unreachable", False) == (error.reason.word, error.outcome_unknown)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_sandbox_is_not_left(connect: Callable[..., Rooms], plain: Callable[[], Internet], status: int) -> None:
    """Nor is the sandbox left for another port of the machine, or for another host."""
    spy = plain()
    for location in (f"{spy.url}/", spy.url.replace("127.0.0.1", "localhost"), "https://evil.example/"):
        here = plain()
        here.answers = redirecting(COMPOSITE, redirect(status, location))
        error = create(connect(origin=here.url))

        assert error is not None
        assert Scope.TRANSIENT is error.scope
    assert [] == spy.calls


@pytest.mark.parametrize("location", ["/services/data/v65.0/composite", "{url}/x", f"https://{FURTHER}/x"])
def test_within_the_sandbox(connect: Callable[..., Rooms], plain: Callable[[], Internet], location: str) -> None:
    """Within it, and to a host of Salesforce that it plays, a redirect is followed."""
    here = plain()
    here.answers = redirecting(COMPOSITE, redirect(307, location.format(url=here.url)), times=1)

    assert create(connect(origin=here.url)) is None
    assert json.loads(here.calls[-1].body)["compositeRequest"]
