"""What the environment may decide of a call: the way and the certificates, never who we are."""

import base64
import socket
from pathlib import Path
from typing import Any

import pytest

from app.domain.errors import CrmError
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import HOME, TOKEN_PATH, Internet, redirect

FURTHER = "acme--new.my.salesforce.com"
LOGIN = f"Basic {base64.b64encode(b'id:secret').decode()}"
NETRCS = [f"machine {HOME} login thief password stolen\n", "default login thief password stolen\n"]


@pytest.fixture(params=["NETRC", ".netrc", "_netrc"])
def netrc(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where requests looks for log-ins."""
    monkeypatch.delenv("NETRC", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    if request.param == "NETRC":
        monkeypatch.setenv("NETRC", str(tmp_path / "elsewhere"))
        return tmp_path / "elsewhere"
    return tmp_path / str(request.param)


def create(rooms: Rooms) -> None:
    assert rooms.crm.create(Record("Case", {"Subject": "Callback"}), "default-1", Deadline(10)).created


@pytest.mark.parametrize("content", NETRCS, ids=["machine", "default"])
def test_netrc_takes_no_place(real: Rooms, internet: Internet, netrc: Path, content: str) -> None:
    """The login goes with the app's secret and the Case with the token, whatever a .netrc has for the host."""
    netrc.write_text(content)
    create(real)

    assert [LOGIN, "Bearer 00D000000000001!token"] == [call.headers["Authorization"] for call in internet.calls]


def test_netrc_after_a_redirect(real: Rooms, internet: Internet, netrc: Path) -> None:
    """Nor at the place where a redirect leads."""
    netrc.write_text(f"machine {FURTHER} login thief password stolen\n{NETRCS[1]}")
    internet.answers = lambda call: redirect(307, f"https://{FURTHER}{call.path}") if call.host == HOME else None
    create(real)

    there = [call for call in internet.calls if call.host == FURTHER]
    assert [LOGIN, "Bearer 00D000000000001!token"] == [call.headers["Authorization"] for call in there]


def test_proxy_with_a_login(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy's own login goes to the proxy and no further, after a redirect as well."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, internet.url.replace("http://", "http://me:mine@"))
    internet.answers = lambda call: redirect(307, f"https://{FURTHER}{call.path}") if call.host == HOME else None
    create(real)

    assert {f"Basic {base64.b64encode(b'me:mine').decode()}"} == set(internet.proxy_logins)
    assert not any("Proxy-Authorization" in call.headers for call in internet.calls)
    assert {HOME, FURTHER} == internet.hosts


def test_place_that_needs_no_proxy(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """`NO_PROXY` counts for the place where a redirect leads: the machine itself looks for it."""
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, FURTHER)
    internet.answers = lambda call: redirect(307, f"https://{FURTHER}/") if call.path != TOKEN_PATH else None
    looked_for: list[str] = []
    look = socket.getaddrinfo

    def look_nowhere(host: str, *arguments: Any) -> Any:
        looked_for.append(host)
        return look("127.0.0.1" if host != FURTHER else "no such host.invalid", *arguments)

    monkeypatch.setattr(socket, "getaddrinfo", look_nowhere)
    with pytest.raises(CrmError, match="No connection"):
        create(real)

    assert FURTHER in looked_for
    assert {HOME} == internet.hosts


def test_certificates_are_asked_for(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the operator's bundle the other side is not trusted, and hears nothing."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(CrmError, match="No connection"):
        create(real)

    assert [] == internet.calls
