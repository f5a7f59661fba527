"""The address that a login names for the org: only one of Salesforce's own is taken, and another when it is gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from app.crm.salesforce import http as salesforce_http
from app.crm.salesforce import login as login_module
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.record import Record
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.internet import HOME, TOKEN_PATH, Answer, Call, Internet, redirect, token

OLD, NEW = "acme-old.my.salesforce.com", "acme-new.my.salesforce.com"

WRONG = [
    f"http://{HOME}",
    HOME,
    f"//{HOME}",
    "https://evil.example",
    "https://evilsalesforce.com",
    "https://salesforce.com.evil.example",
    f"https://{HOME}.evil.example",
    f"https://{HOME}@evil.example",
    f"https://evil.example@{HOME}",
    f"https://user:password@{HOME}",
    f"https://{HOME}:8443",
    f"https://{HOME}:80",
    f"https://{HOME}:",
    f"https://{HOME}/services",
    f"https://{HOME}//",
    f"https://{HOME}/../",
    f"https://{HOME}?x",
    f"https://{HOME}#x",
    f"https://{HOME}\\@evil.example",
    f"https://evil.example\\.{HOME}",
    f" https://{HOME}",
    f"https://{HOME} ",
    f"https://{HOME}\n",
    f"https://{HOME}\r\nX: y",
    f"https://{HOME}\x00",
    f"https:/{HOME}",
    f"https:///{HOME}",
    f"https://{HOME}.",
    "https://.salesforce.com",
    "https://salesforce.com",
    f"https://{'a' * 64}.salesforce.com",
    "https://acme_x.my.salesforce.com",
    "https://acme.my.\u017falesforce.com",
    "https://acme.my.salesforce.c\u043em",
    "https://127.0.0.1",
    "https://127.0.0.1:443",
    "http://localhost",
    "https://[::1]",
    "https://[bad",
    "https://2130706433",
    "https://10.0.0.1/",
    "ftp://acme.my.salesforce.com",
    "javascript:alert(1)",
    "https://",
    "https",
    "x" * 100_000,
]
OWN = [
    f"https://{HOME}",
    f"https://{HOME}/",
    f"https://{HOME}:443",
    f"HTTPS://{HOME.upper()}",
    "https://na139.salesforce.com",
    "https://acme--uat.sandbox.my.salesforce.com",
    "https://acme.cloudforce.com",
    "https://acme.my.salesforce.mil",
    "https://acme.my.sfcrmproducts.cn",
]


def create(rooms: Rooms, number: int = 1, seconds: float = 10) -> CrmError | None:
    try:
        rooms.crm.create(Record("Case", {"Subject": "Callback"}), f"default-{number}", Deadline(seconds))
    except CrmError as error:
        return error
    return None


def naming(*instances: Any) -> Callable[[Call], Answer | None]:
    """A token endpoint that names one instance after the other, the last for ever."""
    left = list(instances)
    return lambda call: token(left.pop(0) if len(left) > 1 else left[0]) if call.path == TOKEN_PATH else None


@pytest.mark.parametrize("instance", WRONG, ids=lambda value: ascii(value)[:60])
def test_wrong_instance(real: Rooms, internet: Internet, instance: str) -> None:
    """It is an error of the login that says what is wrong; neither the Case nor the token is sent anywhere."""
    internet.answers = naming(instance)
    error = create(real)

    assert error is not None
    assert (Reason.LOGIN_REFUSED, Scope.ORG, False) == (error.reason, error.scope, error.outcome_unknown)
    assert "instance_url" in error.message
    assert "password" not in error.message
    assert len(error.message) < 500
    assert [TOKEN_PATH] == [call.path for call in internet.calls]
    assert {HOME} == internet.hosts


@pytest.mark.parametrize("instance", OWN)
def test_own_instance(real: Rooms, internet: Internet, instance: str) -> None:
    """What Salesforce's own domains are is taken, and the Case goes there."""
    internet.answers = naming(instance)

    assert create(real) is None
    assert instance.lower().split("/")[2].removesuffix(":443") == internet.calls[-1].host


@pytest.mark.parametrize("instance", [None, "", 7, True, [], [f"https://{HOME}"], {"url": f"https://{HOME}"}])
def test_no_text_for_an_instance(real: Rooms, internet: Internet, instance: Any) -> None:
    """What is no text at all is no answer of Salesforce's."""
    internet.answers = naming(instance)
    error = create(real)

    assert error is not None
    assert Reason.CRM_ANSWER_UNREADABLE is error.reason
    assert {HOME} == internet.hosts


@pytest.mark.parametrize("access", [None, "", 7, True, ["x"], {}, "a b", "a\r\nX-Evil: y", "a\n", "\u20ac", "a\x00"])
def test_token_that_cannot_be_sent(real: Rooms, internet: Internet, access: Any) -> None:
    """A token that no header can hold is no answer of Salesforce's."""
    internet.answers = lambda call: token(f"https://{HOME}", access) if call.path == TOKEN_PATH else None
    error = create(real)

    assert error is not None
    assert (Reason.CRM_ANSWER_UNREADABLE, False) == (error.reason, error.outcome_unknown)
    assert [TOKEN_PATH] == [call.path for call in internet.calls]


def test_wrong_instance_is_named(real: Rooms, internet: Internet) -> None:
    """Who has to find the proxy that does it needs the host; where none can be told for sure, none is."""
    internet.answers = naming("http://evil.example/x")
    named = create(real)

    assert named is not None
    assert "evil.example" in named.message


@pytest.mark.parametrize(
    "instance",
    ["http://127.0.0.1:9", "http://localhost:9", "https://127.0.0.1", f"https://{HOME}", None],
)
def test_sandbox(connect: Callable[..., Rooms], plain: Callable[[], Internet], instance: str | None) -> None:
    """A sandbox may call itself what a machine is called to itself, or Salesforce; all calls go to it alone."""
    sandbox = plain()
    if instance is not None:
        sandbox.answers = naming(instance)

    assert create(connect(origin=sandbox.url)) is None
    assert 2 == len(sandbox.calls)


@pytest.mark.parametrize("instance", ["http://evil.example", "http://127.0.0.1:9/x", "http://x@127.0.0.1:9"])
def test_wrong_sandbox(connect: Callable[..., Rooms], plain: Callable[[], Internet], instance: str) -> None:
    """A place that is no sandbox's is refused there as well."""
    sandbox = plain()
    sandbox.answers = naming(instance)
    error = create(connect(origin=sandbox.url))

    assert error is not None
    assert Reason.LOGIN_REFUSED is error.reason


@pytest.mark.parametrize("trouble", ["gone", "broken", "redirects"])
def test_instance_that_is_gone(real: Rooms, internet: Internet, trouble: str) -> None:
    """When the org has moved, the session that leads to its old place is given up, and the next login finds it."""
    named = naming(f"https://{OLD}", f"https://{NEW}")
    if trouble == "redirects":
        internet.answers = lambda call: redirect(301, f"https://{NEW}/") if call.host == OLD else named(call)
    else:
        internet.answers = named
        getattr(internet, trouble).add(OLD)
    create(real, 1)

    assert create(real, 2) is None
    assert (NEW, 2) == (internet.calls[-1].host, internet.logins)


def test_instance_that_goes_later(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """So it is with a session that has worked before; the Case that finds the old place gone is made at the new one."""
    monkeypatch.setattr(salesforce_http, "IDLE_LIMIT", 0.0)
    internet.answers = naming(f"https://{OLD}", f"https://{NEW}")
    create(real, 1)
    internet.gone.add(OLD)

    assert create(real, 2) is None
    assert (NEW, 2) == (internet.calls[-1].host, internet.logins)


def test_look_up_whose_instance_has_gone(real: Rooms, internet: Internet) -> None:
    """A look-up goes through as well."""
    internet.answers = naming(f"https://{OLD}", f"https://{NEW}")
    internet.gone.add(OLD)

    assert real.crm.find("Case", "default-1", Deadline(10)) is None
    assert (NEW, 2) == (internet.calls[-1].host, internet.logins)


def test_instance_that_breaks_each_call(real: Rooms, internet: Internet) -> None:
    """One whose connections all break counts as gone."""
    named = naming(f"https://{OLD}", f"https://{NEW}")
    internet.answers = lambda call: Answer(0) if call.host == OLD else named(call)
    first, second = create(real, 1), create(real, 2)

    assert first is not None
    assert (Reason.CRM_CONNECTION_LOST, True) == (first.reason, first.outcome_unknown)
    assert second is None
    assert 2 == internet.logins


def test_single_break_costs_no_login(real: Rooms, internet: Internet) -> None:
    """A connection that breaks once is tried again with the same session."""
    left = [Answer(0)]
    internet.answers = lambda call: left.pop() if left and call.path != TOKEN_PATH else None

    assert create(real) is None
    assert 1 == internet.logins


def test_no_storm_of_logins(real: Rooms, internet: Internet) -> None:
    """While the network is bad, and logins work, they are asked for now and then: one for all threads."""
    internet.answers = naming(f"https://{OLD}")
    internet.gone.add(OLD)
    with ThreadPoolExecutor(16) as pool:
        errors = list(pool.map(lambda number: create(real, number), range(64)))

    assert {Reason.CRM_UNREACHABLE} == {error.reason for error in errors if error}
    assert 64 == len(errors)
    assert 2 == internet.logins


def test_asked_again_after_a_while(real: Rooms, internet: Internet, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not end with the second login."""
    monkeypatch.setattr(login_module, "UNREACHED_PAUSE", 0.0)
    internet.answers = naming(f"https://{OLD}", f"https://{OLD}", f"https://{OLD}", f"https://{NEW}")
    internet.gone.add(OLD)
    errors = [create(real, number) for number in range(3)]

    assert errors[-1] is None
    assert NEW == internet.calls[-1].host


def test_time_outs_cost_no_login(real: Rooms, internet: Internet) -> None:
    """Salesforce that is slow, and errors that it answers, say nothing against the session."""
    create(real, 1)
    internet.answers = lambda call: Answer(seconds=0.6) if call.path != TOKEN_PATH else None
    slow = [create(real, number, seconds=0.3) for number in (2, 3, 4)]
    internet.answers = lambda call: Answer(503) if call.path != TOKEN_PATH else None
    away = [create(real, number) for number in (5, 6, 7)]

    assert [Reason.CRM_TIMEOUT] * 3 == [error.reason for error in slow if error]
    assert [Reason.CRM_UNAVAILABLE] * 3 == [error.reason for error in away if error]
    assert 1 == internet.logins


def test_time_out_behind_a_proxy(real: Rooms, internet: Internet) -> None:
    """A call that was sent by a proxy and not answered may have written; it is not one that never got out."""
    internet.answers = lambda call: Answer(seconds=1.0) if call.path != TOKEN_PATH else None
    create(real, 1, seconds=0.5)
    error = create(real, 2, seconds=0.5)

    assert error is not None
    assert (Reason.CRM_TIMEOUT, True) == (error.reason, error.outcome_unknown)


def test_answer_that_breaks_behind_a_proxy(real: Rooms, internet: Internet) -> None:
    """Nor is one whose connection was closed in place of an answer."""
    internet.answers = lambda call: Answer(0) if call.path != TOKEN_PATH else None
    error = create(real)

    assert error is not None
    assert (Reason.CRM_CONNECTION_LOST, True) == (error.reason, error.outcome_unknown)


def test_proxy_that_is_away(real: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that cannot be reached has sent nothing."""
    for name in ("HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    error = create(real)

    assert error is not None
    assert (Reason.CRM_UNREACHABLE, False) == (error.reason, error.outcome_unknown)
