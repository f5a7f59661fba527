"""What a request shows that may be a secret, wherever it stands.

How long this takes depends on the request alone: nothing here knows which sources there are, nor how they are entered.
"""

import base64
import hmac
import secrets
from collections.abc import Iterator

from flask import request

from app.domain.access import Access, Scheme
from app.domain.ordinary_headers import is_ordinary

# The end of the URL, where it may hold the secret.
_URL = "url"
# In which place, under which name, and what stands there.
Proof = tuple[Scheme | str, str, bytes]
# Nobody outside can choose what a digest begins with, so comparing digests tells nobody how much of a secret is right.
_KEY = secrets.token_bytes(32)


def proofs_of(access: Access, known: tuple[str, ...]) -> frozenset[Proof]:
    """All that lets into a source."""
    user = f"{access.name}:" if access.scheme is Scheme.BASIC else ""
    name = access.name.lower() if access.scheme is Scheme.HEADER else ""
    proofs: set[Proof] = {
        (access.scheme, name, digest(one)) for secret in known for one in spellings(f"{user}{secret}")
    }
    if access.token_in_url:
        proofs |= {(_URL, "", digest(one)) for secret in known for one in spellings(secret)}
    return frozenset(proofs)


def shown_proofs() -> list[Proof]:
    """All that the request shows; where its URL has an end for the secret, only that."""
    token = _token()
    if token is not None:
        return [(_URL, "", digest(token.encode()))]
    headers = [(Scheme.HEADER, name.lower(), digest(_raw(value))) for name, value in request.headers.items()]
    return [(Scheme.BEARER, "", digest(bearer())), (Scheme.BASIC, "", digest(basic())), *headers]


def shows_something() -> bool:
    """Whether it has a secret at all, as far as one can tell without knowing where it should stand."""
    values = [value for name, value in request.headers.items() if not is_ordinary(name)]
    return any(one and one.strip() for one in (_token(), _scheme_and_sent()[1], *values))


def bearer() -> bytes:
    """What is shown as Bearer."""
    return _raw(_authorization("bearer"))


def basic() -> bytes:
    """User and password of Basic, with the colon between them."""
    try:
        return base64.b64decode(_raw(_authorization("basic")), validate=True)
    except ValueError:
        return b""


def digest(shown: bytes) -> bytes:
    """What stands for it while it is compared."""
    return hmac.digest(_KEY, shown, "sha256")


def spellings(secret: str) -> Iterator[bytes]:
    """Clients differ in how they write letters outside ASCII."""
    for encoding in ("utf-8", "latin-1"):
        try:
            yield secret.encode(encoding)
        except UnicodeEncodeError:
            continue


def _token() -> str | None:
    return (request.view_args or {}).get("token")


def _authorization(wanted: str) -> str:
    scheme, sent = _scheme_and_sent()
    return sent if scheme.lower() == wanted else ""


def _scheme_and_sent() -> tuple[str, str]:
    scheme, _, sent = request.headers.get("Authorization", "").strip().partition(" ")
    return scheme, sent


def _raw(header: str) -> bytes:
    """The bytes that were sent: WSGI hands headers on as Latin-1."""
    return header.strip().encode("latin-1", "replace")
