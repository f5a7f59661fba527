"""simple-salesforce logs in by itself, and again when its session has ended."""

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from simple_salesforce.exceptions import SalesforceAuthenticationFailed, SalesforceExpiredSession

from tests.foreign.loopback import MY_DOMAIN, ORIGIN
from tests.foreign.simple import LogIn, first
from tests.support.sandbox import RunningSandbox

USER = "integration@sandbox.example"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def private_pem(key: rsa.RSAPrivateKey) -> str:
    form, encoding = serialization.PrivateFormat.PKCS8, serialization.Encoding.PEM
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


@pytest.fixture
def registered(sandbox: RunningSandbox, key: rsa.RSAPrivateKey) -> RunningSandbox:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    sandbox.org("jwt-key", public_key=pem)
    return sandbox


def with_key(pem: str, **more: Any) -> dict[str, Any]:
    usual = {"username": USER, "consumer_key": "sandbox", "privatekey": pem}
    return {**usual, "domain": "login", "instance_url": MY_DOMAIN, **more}


def test_client_credentials(simple: Any, sandbox: RunningSandbox) -> None:
    """Key and secret in a Basic header; the answer names the instance, and that is used from then on."""
    assert sandbox.url.removeprefix("http://") == simple.sf_instance
    assert simple.oauth2("userinfo")["preferred_username"] == USER


def test_identity_address(simple: Any) -> None:
    """The address in the token answer tells who one is, the token being a parameter too (as jsforce sends it)."""
    user = simple.oauth2("userinfo")
    address = f"{ORIGIN}/id/{user['organization_id']}/{user['user_id']}"
    answer = simple.session.get(address, params={"format": "json", "oauth_token": simple.session_id})
    assert answer.status_code == 200
    assert answer.json()["username"] == USER


@pytest.mark.parametrize("host", ["login", "test"])
def test_jwt(registered: RunningSandbox, log_in: LogIn, private_pem: str, host: str) -> None:
    """An assertion for `login` or `test`, posted to My Domain; `exp` comes as a string."""
    simple = log_in(**with_key(private_pem, domain=host))
    assert simple.oauth2("userinfo")["preferred_username"] == USER


def test_jwt_of_another_user(registered: RunningSandbox, log_in: LogIn, private_pem: str) -> None:
    """The subject is who logs in."""
    simple = log_in(**with_key(private_pem, username="anna.berger@sandbox.example"))
    assert simple.oauth2("userinfo")["name"] == "Anna Berger"


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"consumer_key": "sandbox", "consumer_secret": "wrong"}, "invalid_client"),
        ({"consumer_key": "wrong", "consumer_secret": "sandbox"}, "invalid_client_id"),
        (
            {"username": USER, "password": "x", "consumer_key": "sandbox", "consumer_secret": "sandbox"},
            "invalid_grant",
        ),
    ],
    ids=["secret", "key", "password grant"],
)
def test_refused_token(log_in: LogIn, how: dict[str, str], code: str) -> None:
    """A refusal of the token endpoint has `error` and `error_description`."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        log_in(domain=MY_DOMAIN, **how)
    assert code == caught.value.code
    assert caught.value.auth_message


def test_refused_assertion(sandbox: RunningSandbox, log_in: LogIn, private_pem: str) -> None:
    """A key that is not registered signs in vain."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        log_in(**with_key(private_pem))
    assert caught.value.code == "invalid_grant"


def test_user_without_approval(registered: RunningSandbox, log_in: LogIn, private_pem: str) -> None:
    """The library knows this text by heart and tells how to approve."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught, pytest.warns(UserWarning, match="self-authorize"):
        log_in(**with_key(private_pem, username="nobody@sandbox.example"))
    assert caught.value.auth_message == "user hasn't approved this consumer"


def test_login_rate(sandbox: RunningSandbox, log_in: LogIn) -> None:
    """Too many logins in an hour."""
    sandbox.org("setting", login_limit=0)
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        log_in(consumer_key="sandbox", consumer_secret="sandbox", domain=MY_DOMAIN)
    assert caught.value.auth_message == "login rate exceeded"


@pytest.mark.parametrize("version", ["64.0", "66.0"])
def test_soap_login(log_in: LogIn, version: str) -> None:
    """Username, password and token is SOAP, which new orgs have switched off and new versions do not have."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        log_in(username=USER, password="p", security_token="t", version=version)
    assert caught.value.code == "INVALID_OPERATION"
    assert "login" in caught.value.auth_message.lower()


def test_soap_login_from_an_address(log_in: LogIn) -> None:
    """So is the login with an organization id."""
    with pytest.raises(SalesforceAuthenticationFailed) as caught:
        log_in(username=USER, password="p", organizationId="00DRb0000000001", version="64.0")
    assert caught.value.code == "INVALID_OPERATION"


def test_refresh_below_an_object(simple: Any, sandbox: RunningSandbox) -> None:
    """All sessions ended: `sf.Case.create` logs in once more and goes on."""
    before = simple.session_id
    sandbox.org("void-sessions")
    assert simple.Case.create({"Subject": "after the night"})["success"]
    assert before != simple.session_id
    assert sandbox.calls()["logins"] == 2


def test_refresh_of_a_general_call(simple: Any, sandbox: RunningSandbox) -> None:
    """`sf.query` does so too, when the session ends under its hands."""
    sandbox.fault("expired_session")
    assert simple.query("SELECT COUNT() FROM User")["totalSize"] == 4
    assert sandbox.calls()["logins"] == 2


def test_refresh_that_does_not_help(simple: Any, sandbox: RunningSandbox) -> None:
    """Whatever session it presents is refused: after three more logins it gives up, and says why."""
    sandbox.fault("error", code="INVALID_SESSION_ID", share=1.0)
    with pytest.raises(SalesforceExpiredSession) as caught:
        simple.limits()
    assert [{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}] == [first(caught)]
    assert sandbox.calls()["logins"] == 1 + 4


def test_session_without_refresh(log_in: LogIn, sandbox: RunningSandbox) -> None:
    """A session that was given, not logged in for, just ends."""
    simple = log_in(session_id=sandbox.token(), instance_url=sandbox.url)
    assert simple.limits()
    sandbox.org("void-sessions")
    with pytest.raises(SalesforceExpiredSession):
        simple.Case.create({"Subject": "too late"})
    assert sandbox.calls()["logins"] == 1


def test_session_not_for_rest(simple: Any, sandbox: RunningSandbox) -> None:
    """ "Not valid for use with the REST API" has the code of an ended session, and the same status."""
    sandbox.org("void-sessions", rest_only=True)
    direct = type(simple)(session_id=simple.session_id, instance_url=sandbox.url, session=simple.session)
    with pytest.raises(SalesforceExpiredSession) as caught:
        direct.limits()
    assert first(caught)["message"] == "This session is not valid for use with the REST API"
