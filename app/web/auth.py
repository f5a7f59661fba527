"""Who may do what: the one place where credentials are looked at, before a body is read."""

import secrets
from collections.abc import Callable, Mapping

import structlog
from flask import Response, g, jsonify, request

from app.domain.access import Access
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.source import Source
from app.rules_in_force.in_force import InForce, Loaded
from app.web.answers import Answers
from app.web.networks import address_of, is_within
from app.web.shown import Proof, basic, bearer, digest, proofs_of, shown_proofs, shows_something, spellings

# What a request is asked before it is served: none lets it in, an answer keeps it out.
Authentication = Callable[[], Response | None]
Secrets = tuple[str, ...]

# What is compared with where there is nothing to compare with, so that it takes as long.
_UNGUESSABLE: Secrets = (secrets.token_hex(32),)
_NOBODYS = proofs_of(Access(), _UNGUESSABLE)


def open_to_all() -> Response | None:
    """No authentication: for what tells a stranger nothing."""
    return None


class SourceAuthentication:
    """A secret of the source that the URL names, shown as its `auth` in the configuration says."""

    def __init__(self, current: InForce, answers: Answers) -> None:
        self._current = current
        self._answers = answers
        self._known: tuple[Loaded | None, Mapping[str, frozenset[Proof]]] = (None, {})

    def __call__(self) -> Response | None:
        """The answer 401, unless the request is one of its source, which is `g.source` from then on.

        Wrong and unknown are answered the same, and take as long.
        """
        source = self._source_of_request()
        if source is not None:
            g.source = source
            structlog.contextvars.bind_contextvars(source=source.name)
            return None
        note_failure()
        return self._answers.respond(_unauthorized())

    def _source_of_request(self) -> Source | None:
        """The source that the URL names, if the request is one of it."""
        now = self._current.get()
        name = (request.view_args or {})["source"]
        source = now.config.sources.get(name)
        accepted = self._accepted(now).get(name, _NOBODYS)
        right = not accepted.isdisjoint(shown_proofs())
        # Only who has the secret learns by time that there are networks.
        return source if right and source and _is_near(source.access) else None

    def _accepted(self, now: Loaded) -> Mapping[str, frozenset[Proof]]:
        """What lets into each source; made anew when the configuration is."""
        loaded, known = self._known
        if loaded is not now:
            sources = now.config.sources.items()
            known = {name: proofs_of(source.access, now.secrets.get(name, _UNGUESSABLE)) for name, source in sources}
            self._known = (now, known)
        return known


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
        return digest(bearer() or basic().partition(b":")[2]) in known


def _is_near(access: Access) -> bool:
    return not access.networks or is_within(request.remote_addr, access.networks)


def _unauthorized() -> Outcome:
    if not shows_something():
        return Outcome(
            Status.UNAUTHORIZED,
            reason=Reason.CREDENTIALS_MISSING,
            message="The request has no secret. Add the line HEADER=Authorization: Bearer <secret> to the REST call of "
            "the ACD group, or what `auth` of the source asks for in Ringback's configuration.",
        )
    return Outcome(
        Status.UNAUTHORIZED,
        reason=Reason.CREDENTIALS_WRONG,
        message="The secret is not the one of this source, or there is no such source. Compare the URL and the HEADER "
        "line of the ACD group with the source in Ringback's configuration: its name, its secret, its `auth`.",
    )


def note_failure() -> None:
    """The log-in failed: the request's line says so and from where, and it is counted."""
    g.login_failed = True
    structlog.contextvars.bind_contextvars(remote=address_of(request.remote_addr))
