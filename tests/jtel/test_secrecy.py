"""The token goes to jtel and nowhere else; nobody reads it in a log or an error."""

import logging
import traceback
from collections.abc import Callable

import pytest

from app.jtel.access import JtelAccess
from app.jtel.client import JtelClient
from app.jtel.errors import JtelError
from tests.jtel.conftest import PATIENT
from tests.jtel.documented import GROUP
from tests.support.jtel import TOKEN, JtelServer, Told, failure, listed, single

GROUP_CALL = "GET /acd/groups/group/1"


CALLS: dict[str, Callable[[JtelClient], object]] = {
    GROUP_CALL: lambda client: client.group(1),
    "GET /acd/groups": JtelClient.groups,
    "POST /dialler/campaigns/clone": lambda client: client.clone_campaign("a", "b"),
}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("call", CALLS)
def test_no_redirect_is_followed(status: int, call: str) -> None:
    """Wherever an answer leads, nothing is sent there."""
    with JtelServer() as server, JtelServer() as elsewhere:
        server.replies[call] = Told(status=status, headers={"Location": f"{elsewhere.url}/rest/v1.0/1/acd/groups"})

        with pytest.raises(JtelError, match=rf"redirects \({status}\)"):
            CALLS[call](JtelClient(server.access, PATIENT))

        assert ([call], []) == ([f"{one.method} {one.path}" for one in server.asked], elsewhere.asked)


@pytest.mark.parametrize("told", [failure(401, f"Token {TOKEN} is wrong"), Told(status=500), Told(hang_up=True)])
def test_token_is_in_no_error_and_no_log(server: JtelServer, caplog: pytest.LogCaptureFixture, told: Told) -> None:
    """Neither what is raised, with all that it was raised from, nor any line of the log holds the token."""
    server.replies[GROUP_CALL] = told
    client = JtelClient(server.access, PATIENT)

    with caplog.at_level(logging.DEBUG), pytest.raises(JtelError) as raised:
        client.group(1)

    assert TOKEN not in "".join(traceback.format_exception(raised.value)) + caplog.text
    assert TOKEN not in repr(server.access) + repr(client) + repr(vars(client))


def test_login_of_a_netrc_is_not_taken(server: JtelServer, monkeypatch: pytest.MonkeyPatch, tmp_path_factory) -> None:
    """Whatever a .netrc says of the host, jtel gets the token."""
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine 127.0.0.1 login anna password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    server.replies[GROUP_CALL] = single(GROUP)

    JtelClient(server.access, PATIENT).group(1)

    assert f"Bearer {TOKEN}" == server.asked[0].headers["Authorization"]


def test_proxy_of_the_environment(server: JtelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy is for what is elsewhere: jtel is asked through it, what is on this machine is not."""
    with JtelServer({GROUP_CALL: single(GROUP), "GET /acd/groups": listed([GROUP])}) as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        for name in ("no_proxy", "NO_PROXY"):
            monkeypatch.delenv(name, raising=False)
        server.replies[GROUP_CALL] = single({**GROUP, "ID": 1})

        here = JtelClient(server.access, PATIENT).group(1)
        elsewhere = JtelClient(JtelAccess("http://jtel-rest.invalid:8080", TOKEN, "1"), PATIENT)

        assert (1, 235) == (here.id, elsewhere.group(1).id)
        assert [235] == [group.id for group in elsewhere.groups()]


def test_a_proxy_may_have_passed_a_create_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What breaks behind a proxy may have been done."""
    with JtelServer({"POST /dialler/campaigns/clone": Told(hang_up=True)}) as proxy:
        for name in ("http_proxy", "HTTP_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        client = JtelClient(JtelAccess("http://jtel-rest.invalid:8080", TOKEN, "1"), PATIENT)

        with pytest.raises(JtelError) as raised:
            client.clone_campaign("a", "b")

        assert (True, 1) == (raised.value.unknown, proxy.count("POST /dialler/campaigns/clone"))


def test_no_cookie_is_kept(server: JtelServer, client: JtelClient) -> None:
    """A session of jtel's, or of a proxy's, is not carried from call to call."""
    told = single(GROUP)
    server.replies[GROUP_CALL] = Told(told.body, headers={"Set-Cookie": "JSESSIONID=1; Path=/"})

    client.group(1)
    client.group(1)

    assert ["Cookie" in one.headers for one in server.asked] == [False, False]
