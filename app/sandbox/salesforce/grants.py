"""The ways to log in, and what is said to those who cannot."""

from typing import Any

from flask import Request

from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.seed import INTEGRATION_USER
from app.sandbox.salesforce.store import StoredRecord

CLIENT_ID = "sandbox"
CLIENT_SECRET = "sandbox"  # noqa: S105
LOGIN_HOSTS = ("https://login.salesforce.com", "https://test.salesforce.com")
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class GrantError(Exception):
    """A refusal of the token endpoint."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def user_for(instance: Instance, request: Request) -> str:
    """The id of the user whom this token request logs in."""
    if request.method != "POST":
        raise GrantError("invalid_request", "must use HTTP POST")
    grant_type = request.values.get("grant_type")
    if grant_type == "client_credentials":
        return _client_credentials(instance, request)
    if grant_type == JWT_BEARER:
        return _jwt_bearer(instance, request)
    if grant_type == "password":
        # Blocked in every org since Summer '23.
        raise GrantError("invalid_grant", "authentication failure")
    raise GrantError("unsupported_grant_type", "grant type not supported")


def check_client(request: Request) -> None:
    """Whether the id and the secret, sent as form or as Basic, are those of the app; else GrantError."""
    basic = request.authorization
    if basic is not None and basic.type == "basic":
        client_id, secret = basic.username, basic.password
    else:
        client_id, secret = request.values.get("client_id"), request.values.get("client_secret")
    if client_id != CLIENT_ID:
        raise GrantError("invalid_client_id", "client identifier invalid")
    if secret != CLIENT_SECRET:
        raise GrantError("invalid_client", "invalid client credentials")


def _client_credentials(instance: Instance, request: Request) -> str:
    check_client(request)
    user = _user(instance, INTEGRATION_USER)
    if user is None or not user.fields["IsActive"]:
        raise GrantError("invalid_grant", "no client credentials user enabled")
    return user.id


def _jwt_bearer(instance: Instance, request: Request) -> str:
    claims = _claims(instance, request.values.get("assertion", ""))
    if claims.get("iss") != CLIENT_ID:
        raise GrantError("invalid_client_id", "client identifier invalid")
    audience = str(claims.get("aud", "")).rstrip("/")
    if audience not in LOGIN_HOSTS and audience.split("://")[-1] != request.host:
        raise GrantError("invalid_grant", "audience is invalid")
    user = _user(instance, str(claims.get("sub", "")))
    if user is None:
        raise GrantError("invalid_grant", "user hasn't approved this consumer")
    if not user.fields["IsActive"]:
        raise GrantError("inactive_user", "user is inactive")
    return user.id


def _claims(instance: Instance, assertion: str) -> dict[str, Any]:
    # Only those who log in with a JWT pay for loading the cryptography.
    import jwt

    for key in instance.org["public_keys"]:
        try:
            options: Any = {"verify_aud": False, "require": ["exp"]}
            return jwt.decode(assertion, key, algorithms=["RS256"], options=options)
        except jwt.ExpiredSignatureError:
            raise GrantError("invalid_grant", "expired authorization code") from None
        except jwt.PyJWTError:
            continue
    raise GrantError("invalid_grant", "invalid assertion")


def _user(instance: Instance, username: str) -> StoredRecord | None:
    users = instance.store.all("User")
    return next((u for u in users if u.fields["Username"].lower() == username.lower()), None)


def public_key_of(pem: str) -> str:
    """The public key in PEM, taken from a certificate if it is one; ValueError when it is neither."""
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    if "CERTIFICATE" in pem:
        return _in_pem(x509.load_pem_x509_certificate(pem.encode()).public_key())
    return _in_pem(serialization.load_pem_public_key(pem.encode()))


def _in_pem(key: Any) -> str:
    from cryptography.hazmat.primitives import serialization

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return str(key.public_bytes(serialization.Encoding.PEM, form).decode())
