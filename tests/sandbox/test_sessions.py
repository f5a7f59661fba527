"""Sessions: how they are presented, how they die."""

import time

import pytest

from tests.sandbox.rest import Rest
from tests.support.sandbox import RunningSandbox

EXPIRED = {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}


@pytest.mark.parametrize("header", ["", "Bearer 00D000000000001!made.up", "Bearer"])
def test_no_session_is_401_with_an_array(rest: Rest, header: str) -> None:
    """Official (REST status codes): 401 INVALID_SESSION_ID; seen live by several projects."""
    rest.http.headers["Authorization"] = header
    answer = rest.call("GET", "limits")
    assert answer.status_code == 401
    if header != "Bearer":
        assert answer.json() == [EXPIRED]


def test_both_schemes_are_taken(rest: Rest, sandbox: RunningSandbox) -> None:
    """`OAuth` is the older name of `Bearer`; some clients still say it."""
    rest.http.headers["Authorization"] = f"OAuth {sandbox.token()}"
    assert rest.call("GET", "limits").status_code == 200


def test_a_session_dies_of_inactivity(rest: Rest, sandbox: RunningSandbox) -> None:
    """Official (session settings): the timeout counts from the last activity."""
    sandbox.org("setting", session_seconds=0.3)
    rest.log_in()
    assert rest.call("GET", "limits").status_code == 200
    time.sleep(0.4)
    assert rest.call("GET", "limits").json() == [EXPIRED]


def test_last_activity_moves_only_after_half_the_time(rest: Rest, sandbox: RunningSandbox) -> None:
    """Salesforce StackExchange 306455: a session used only early dies as if it had not been used."""
    sandbox.org("setting", session_seconds=1.0)
    rest.log_in()
    time.sleep(0.2)
    assert rest.call("GET", "limits").status_code == 200
    time.sleep(0.9)
    assert rest.call("GET", "limits").status_code == 401


def test_an_inactive_user_has_no_session(rest: Rest, sandbox: RunningSandbox) -> None:
    """A user who is deactivated is out at once."""
    sandbox.org("deactivate-user", user="ringback")
    assert rest.call("GET", "limits").status_code == 401


def test_policies_of_logins(rest: Rest, sandbox: RunningSandbox) -> None:
    """Known of real orgs: a login may hand out the living session, or end the older ones."""
    sandbox.org("setting", session_policy="shared")
    assert sandbox.token() == sandbox.token()
    sandbox.org("setting", session_policy="single")
    rest.log_in()
    sandbox.token()
    assert rest.call("GET", "limits").status_code == 401
