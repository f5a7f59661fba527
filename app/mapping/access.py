"""Reads how a source shows who it is: `auth`."""

import re
from typing import Any

from app.domain.access import Scheme
from app.domain.ordinary_headers import is_ordinary
from app.mapping.codes import Code
from app.mapping.problems import WrongError

WANTED = "wanted is bearer, {basic: user name} or {header: name}"
# A proxy or a server leaves out a name with `_`.
HEADER_NAME = r"[A-Za-z][A-Za-z0-9-]{0,63}"
# It may hold no colon, since one parts it from the password.
USER_NAME = r"[^:\s]([^:]*[^:\s])?"


def read_auth(value: Any) -> tuple[Scheme, str]:
    """The scheme, and the user or the header that it names. Raises `WrongError`."""
    if value == Scheme.BEARER.value:
        return Scheme.BEARER, ""
    if not isinstance(value, dict) or len(value) != 1:
        raise WrongError(Code.WRONG_TYPE if isinstance(value, list) else Code.INVALID_VALUE, WANTED)
    ((word, name),) = value.items()
    if word == Scheme.BASIC.value:
        return Scheme.BASIC, _named(word, name, USER_NAME, "the user name, a text without a colon")
    if word == Scheme.HEADER.value:
        name = _named(word, name, HEADER_NAME, "the header's name of letters, digits and -, such as X-Api-Key")
        if is_ordinary(name):
            said = f"clients and proxies send {name} by themselves; choose another, such as X-Api-Key"
            raise WrongError(Code.INVALID_VALUE, said)
        return Scheme.HEADER, name
    raise WrongError(Code.UNKNOWN_KEY, WANTED, (word,))


def _named(word: str, name: Any, pattern: str, wanted: str) -> str:
    if not isinstance(name, str) or not re.fullmatch(pattern, name):
        raise WrongError(Code.INVALID_VALUE, f"wanted is {wanted}", (word,))
    return name
