"""Whether a request comes from the operator, who sees how Ringback is."""

import base64
import binascii
import hmac


def shown_secret(authorization: str | None) -> bytes:
    """The secret of the header: of `Bearer <secret>`, or the password of `Basic`; empty where there is none."""
    scheme, _, sent = (authorization or "").strip().partition(" ")
    raw = sent.strip().encode("latin-1", "replace")
    if scheme.lower() == "bearer":
        return raw
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(raw, validate=True).partition(b":")[2]
    except binascii.Error:
        return b""


def is_operator(authorization: str | None, secret: bytes) -> bool:
    """Whether the header shows this secret."""
    return bool(secret) and hmac.compare_digest(shown_secret(authorization), secret)
