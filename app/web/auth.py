"""Who may do what: the one place where credentials are looked at, before a body is read."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Iterator

import structlog
from flask import Response, g, jsonify, request

from app.delivery.current import Current, Loaded
from app.domain.access import Access, Scheme
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.source import Source
from app.web.answers import Answers
from app.web.networks import address_of, is_within

# What a request is asked before it is served: none lets it in, an answer keeps it out.
Authentication = Callable[[], Response | None]
Secrets = tuple[str, ...]

_NOBODY = Access()
# What an unknown source is compared with, so that it takes as long as a known one.
_UNGUESSABLE: Secrets = (secrets.token_hex(32),)


def open_to_all() -> Response | None:
    """No authentication: for what tells a stranger nothing."""
    return None


class SourceAuthentication:
    """A secret of the source that the URL names, shown as its `auth` in the configuration says."""

    def __init__(self, current: Current, answers: Answers) -> None:
        self._current = current
        self._answers = answers

    def __call__(self) -> Response | None:
        """The answer 401, unless the request is one of its source, which is `g.source` from then on.

        Wrong and unknown are answered the same.
        """
        now = self._current.get()
        source = _source_of_request(now)
        if source is not None:
            g.source = source
            structlog.contextvars.bind_contextvars(source=source.name)
            return None
        note_failure()
        return _challenge("Bearer", self._answers.respond(_unauthorized(now)))


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
        return _challenge("Basic", response)

    def is_shown(self) -> bool:
        """Whether the request shows the operator's secret."""
        bearer, password = _bearer(), _basic().partition(b":")[2]
        return _is_one_of(bearer or password, self._known())


def _source_of_request(now: Loaded) -> Source | None:
    """The source that the URL names, if the request is one of it."""
    source = now.config.sources.get((request.view_args or {})["source"])
    access = source.access if source else _NOBODY
    known = now.secrets.get(source.name, _UNGUESSABLE) if source else _UNGUESSABLE
    token = _token()
    if token is None:
        same = _is_one_of(_shown(access), known, f"{access.name}:" if access.scheme is Scheme.BASIC else "")
    else:
        same = _is_one_of(token.encode(), known) and access.token_in_url
    near = not access.networks or is_within(request.remote_addr, access.networks)
    return source if same and near else None


def _token() -> str | None:
    """The secret in the URL."""
    return (request.view_args or {}).get("token")


def _shown(access: Access) -> bytes:
    """What the request carries where its source has its secret."""
    if access.scheme is Scheme.BASIC:
        return _basic()
    if access.scheme is Scheme.HEADER:
        return _raw(request.headers.get(access.name, ""))
    return _bearer()


def _bearer() -> bytes:
    return _raw(_authorization("bearer"))


def _basic() -> bytes:
    try:
        return base64.b64decode(_raw(_authorization("basic")), validate=True)
    except ValueError:
        return b""


def _authorization(wanted: str) -> str:
    scheme, sent = _scheme_and_sent()
    return sent if scheme.lower() == wanted else ""


def _scheme_and_sent() -> tuple[str, str]:
    scheme, _, sent = request.headers.get("Authorization", "").strip().partition(" ")
    return scheme, sent


def _raw(header: str) -> bytes:
    """The bytes that were sent: WSGI hands headers on as Latin-1."""
    return header.strip().encode("latin-1", "replace")


def _is_one_of(shown: bytes, known: Iterable[str], prefix: str = "") -> bool:
    """Whether it is one of them. It takes as long whichever it is, and however much of it is right."""
    digest = hashlib.sha256(shown).digest()
    same = [hmac.compare_digest(digest, hashlib.sha256(one).digest()) for one in _encoded(known, prefix)]
    return any(same)


def _encoded(known: Iterable[str], prefix: str) -> Iterator[bytes]:
    # Clients differ in how they write letters outside ASCII.
    for one in known:
        for encoding in ("utf-8", "latin-1"):
            try:
                yield f"{prefix}{one}".encode(encoding)
            except UnicodeEncodeError:
                continue


def _shows_something(now: Loaded) -> bool:
    # This depends on the request alone, so that nobody learns which sources there are, and how they are entered.
    names = {source.access.name for source in now.config.sources.values() if source.access.scheme is Scheme.HEADER}
    shown = [_token(), _scheme_and_sent()[1], *(request.headers.get(name) for name in names)]
    return any(one and one.strip() for one in shown)


def _unauthorized(now: Loaded) -> Outcome:
    if not _shows_something(now):
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


def _challenge(scheme: str, response: Response) -> Response:
    response.headers["WWW-Authenticate"] = f'{scheme} realm="Ringback"'
    return response
