"""What the environment says of jtel's REST API."""

import re
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

from environs import Env
from marshmallow import ValidationError, validate

from app.jtel.access import JtelAccess

URL, TOKEN, CLIENTS_ID = "JTEL_URL", "JTEL_TOKEN", "JTEL_CLIENTS_ID"
SETTINGS = (URL, TOKEN, CLIENTS_ID)
# People copy the whole address that jtel's documentation shows.
_REST = re.compile(r"/rest/v[\d.]+(/[^/]*)?/*\Z")
_TOKEN = validate.Regexp(r"[!-~]+\Z", error="a token has neither blanks nor letters beyond ASCII")
_CLIENTS_ID = validate.Regexp(r"[1-9]\d{0,17}\Z", error="wanted is the ClientsID, a whole number")


def read_jtel_access(env: Env, names: Mapping[str, str]) -> JtelAccess | None:
    """What `env` says under these names, by those of `SETTINGS`; nothing if it says nothing at all.

    What is wrong or missing is told when `env` is sealed.
    """
    given = {setting: str(env.str(name, "") or "").strip() for setting, name in names.items()}
    if not any(given.values()):
        return None
    for setting, name in names.items():
        # Without a default, it has to be there.
        env.str(name, validate=_stripped(_CHECKS[setting]))
    return JtelAccess(_REST.sub("", given[URL]).rstrip("/"), given[TOKEN], given[CLIENTS_ID])


def _stripped(check: Callable[[str], object]) -> Callable[[str], object]:
    return lambda value: check(value.strip())


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
        right = right and not (parts.username or parts.password or parts.query or parts.fragment)
    except ValueError:
        right = False
    if not right:
        raise ValidationError("wanted is the address of jtel's REST API server, such as https://jtel-rest:8080")


_CHECKS: Mapping[str, Callable[[str], object]] = {URL: _check_url, TOKEN: _TOKEN, CLIENTS_ID: _CLIENTS_ID}
