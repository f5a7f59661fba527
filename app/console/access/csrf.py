"""No other site posts in the name of who is signed in: each form holds a token of its session."""

import hmac

from flask import current_app, g, request
from markupsafe import Markup

FIELD = "csrf_token"
# Where the key of the sessions is kept.
KEY = "console_session_key"
_OURS = ("same-origin", "none")


def csrf_field() -> Markup:
    """The field that each form needs that posts."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def csrf_token() -> str:
    """What a form of this session holds."""
    key: str = current_app.extensions[KEY]
    return hmac.digest(key.encode(), f"csrf:{g.session.id}".encode(), "sha256").hex()


def is_forged() -> bool:
    """Whether the request may come from elsewhere than a form of this session."""
    return _is_from_elsewhere() or not hmac.compare_digest(request.form.get(FIELD, "").encode(), csrf_token().encode())


def _is_from_elsewhere() -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site not in _OURS
    origin = request.headers.get("Origin")
    # A proxy may change the scheme.
    return origin is not None and origin.partition("://")[2] != request.host
