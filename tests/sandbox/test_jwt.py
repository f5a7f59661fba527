"""The JWT bearer flow."""

import time
from typing import Any

import jwt
import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def registered(sandbox: RunningSandbox, key: rsa.RSAPrivateKey) -> RunningSandbox:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    sandbox.org("jwt-key", public_key=pem)
    return sandbox


def ask(sandbox: RunningSandbox, key: rsa.RSAPrivateKey, **claims: Any) -> requests.Response:
    usual = {
        "iss": "sandbox",
        "sub": "integration@sandbox.example",
        "aud": "https://login.salesforce.com",
        "exp": int(time.time()) + 180,
    }
    assertion = jwt.encode({**usual, **claims}, key, algorithm="RS256")
    form = {"grant_type": GRANT, "assertion": assertion}
    return requests.post(f"{sandbox.url}/services/oauth2/token", data=form, timeout=PATIENCE)


@pytest.mark.parametrize("audience", ["https://login.salesforce.com", "https://test.salesforce.com", "own"])
def test_a_signed_assertion_logs_its_user_in(registered: RunningSandbox, key: rsa.RSAPrivateKey, audience: str) -> None:
    """Official (OAuth JWT bearer flow): RS256, `aud` a login host or My Domain."""
    answer = ask(registered, key, aud=registered.url if audience == "own" else audience)
    assert answer.status_code == 200
    assert "!" in answer.json()["access_token"]


@pytest.mark.parametrize(
    ("claims", "error", "description"),
    [
        ({"aud": "https://elsewhere.example"}, "invalid_grant", "audience is invalid"),
        ({"exp": 1}, "invalid_grant", "expired authorization code"),
        ({"iss": "other"}, "invalid_client_id", "client identifier invalid"),
        ({"sub": "nobody@sandbox.example"}, "invalid_grant", "user hasn't approved this consumer"),
        ({"sub": "petra.former@sandbox.example"}, "inactive_user", "user is inactive"),
    ],
)
def test_a_wrong_claim_is_refused(
    registered: RunningSandbox, key: rsa.RSAPrivateKey, claims: dict[str, Any], error: str, description: str
) -> None:
    """Official (OAuth error codes): 400, and which claim is wrong."""
    answer = ask(registered, key, **claims)
    assert answer.status_code == 400
    assert answer.json() == {"error": error, "error_description": description}


def test_a_key_that_is_not_registered_is_refused(sandbox: RunningSandbox, key: rsa.RSAPrivateKey) -> None:
    """Official: the signature must be that of the app's certificate."""
    assert ask(sandbox, key).json()["error"] == "invalid_grant"
