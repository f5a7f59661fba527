"""The operator's secret, for what shows how Ringback is."""

import secrets
from collections.abc import Callable

from flask import Response, g, jsonify, request

from app.domain.access import Scheme
from app.web.auth import Secrets, digest, note_failure, shown_in_authorization, spellings

# What is compared with where there is no secret, so that nothing is right and it takes as long.
_UNGUESSABLE: Secrets = (secrets.token_hex(32),)


class OperatorAuthentication:
    """A secret of the operator: as Bearer, or as the password of Basic with any user, for browsers."""

    def __init__(self, known: Callable[[], Secrets]) -> None:
        self._known = known

    def __call__(self) -> Response | None:
        """The answer 401, unless the operator asks."""
        if self.is_shown():
            return None
        note_failure()
        response = jsonify(
            status="unauthorized",
            message="Wanted is the operator's secret, as Bearer or password.",
            requestId=g.request_id,
        )
        response.status_code = 401
        # With this, a browser asks.
        response.headers["WWW-Authenticate"] = 'Basic realm="Ringback"'
        return response

    def is_shown(self) -> bool:
        """Whether the request shows the operator's secret."""
        known = {digest(one) for secret in self._known() or _UNGUESSABLE for one in spellings(secret)}
        return digest(_shown()) in known


def _shown() -> bytes:
    scheme, sent = shown_in_authorization(request)
    if scheme == Scheme.BASIC.value:
        return sent.partition(b":")[2]
    return sent if scheme == Scheme.BEARER.value else b""
