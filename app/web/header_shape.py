"""What is wrong with the header `Authorization` as such: by its shape alone, whatever secrets or sources there are."""

import base64

from app.domain.access import Scheme

_SCHEMES = (Scheme.BEARER.value, Scheme.BASIC.value)
# Quotes and brackets of a manual, and the beginning of a variable that nobody has replaced.
_NOT_MEANT = tuple("\"'`<[{$%")


def shape_problem(header: str) -> str | None:
    """Why it shows no secret, as the end of a sentence; nothing where it is as it should be, or says nothing."""
    scheme, _, rest = header.strip().partition(" ")
    sent = rest.strip()
    if not sent:
        return None if scheme.lower() in ("", *_SCHEMES) else "is one word, with no scheme before it"
    if scheme.endswith(":"):
        return "has a colon behind its first word"
    if scheme.lower() not in _SCHEMES:
        return "begins with neither Bearer nor Basic"
    if len(sent.split()) > 1:
        return f"has more than one word behind {scheme.capitalize()}"
    if sent.startswith(_NOT_MEANT):
        return "has a quote, a bracket or a variable's name where the secret begins"
    if scheme.lower() == Scheme.BASIC.value and not _is_user_and_password(sent):
        return "says Basic, and what follows is no USER:SECRET in Base64"
    return None


def _is_user_and_password(sent: str) -> bool:
    try:
        return b":" in base64.b64decode(sent.encode("latin-1", "replace"), validate=True)
    except ValueError:
        return False
