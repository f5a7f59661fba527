"""Who may send callbacks: what a request shows is compared with the secrets of its source, before a body is read.

How long it takes to gather what is shown depends on the request alone, and not on which sources there are.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import structlog
from flask import Request, Response, g, request

from app.domain.access import Access, Scheme
from app.domain.client_address import address_of, is_within
from app.domain.ordinary_headers import is_ordinary
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.source import Source
from app.rules_in_force.in_force import InForce, Loaded
from app.web.answers import Answers
from app.web.header_shape import shape_problem

# What a request is asked before it is served: none lets it in, an answer keeps it out.
Authentication = Callable[[], Response | None]
Secrets = tuple[str, ...]
# In which place, under which name, and what stands there.
Proof = tuple[Scheme | str, str, bytes]

# The end of the URL, where it may hold the secret.
_URL = "url"
# Nobody outside can choose what a digest begins with, so comparing digests tells nobody how much of a secret is right.
_KEY = secrets.token_bytes(32)
# Ordinary headers that nearly every request has, as WSGI calls them: digests of these would cost most.
USUAL = frozenset(
    {
        "HTTP_ACCEPT",
        "HTTP_ACCEPT_ENCODING",
        "HTTP_ACCEPT_LANGUAGE",
        "HTTP_AUTHORIZATION",
        "HTTP_CACHE_CONTROL",
        "HTTP_CONNECTION",
        "HTTP_HOST",
        "HTTP_TRANSFER_ENCODING",
        "HTTP_USER_AGENT",
        "HTTP_X_FORWARDED_FOR",
        "HTTP_X_FORWARDED_PORT",
        "HTTP_X_FORWARDED_PROTO",
        "HTTP_X_REQUEST_ID",
    }
)


def digest(shown: bytes) -> bytes:
    """What stands for it while it is compared."""
    return hashlib.blake2b(shown, key=_KEY).digest()


def spellings(secret: str) -> Iterator[bytes]:
    """Clients differ in how they write letters outside ASCII."""
    for encoding in ("utf-8", "latin-1"):
        try:
            yield secret.encode(encoding)
        except UnicodeEncodeError:
            continue


def shown_in_authorization(asked: Request) -> tuple[str, bytes]:
    """The scheme of the header `Authorization`, in small letters, and the bytes of the secret that it shows."""
    scheme, _, sent = asked.headers.get("Authorization", "").strip().partition(" ")
    scheme = scheme.lower()
    if scheme != Scheme.BASIC.value:
        return scheme, _raw(sent)
    try:
        return scheme, base64.b64decode(_raw(sent), validate=True)
    except ValueError:
        return scheme, b""


def note_failure() -> None:
    """The log-in failed: the request's line says so and from where, and it is counted."""
    g.login_failed = True
    structlog.contextvars.bind_contextvars(remote=address_of(request.remote_addr))


def open_to_all() -> Response | None:
    """No authentication: for what tells a stranger nothing."""
    return None


@dataclass(frozen=True)
class Door:
    """By which secrets one comes in, by source, and how each is to be shown.

    `missing` and `wrong` are what is said to who has no secret, or not the right one, `malformed` to who shows it in a
    form that nobody takes.
    """

    secrets: Callable[[Loaded], Mapping[str, Secrets]]
    access: Callable[[Source], Access]
    missing: str
    malformed: str
    wrong: str


JTELS = Door(
    lambda loaded: loaded.secrets,
    lambda source: source.access,
    "The request has no secret. Add the line HEADER=Authorization: Bearer <secret> to the REST call of the ACD group, "
    "or what `auth` of the source asks for in Ringback's configuration.",
    "Write HEADER=Authorization: Bearer <secret> in the REST call of the ACD group, or what `auth` of the source asks "
    "for in Ringback's configuration.",
    "The secret is not the one of this source, or there is no such source. Compare the URL and the HEADER line of the "
    "ACD group with the source in Ringback's configuration: its name, its secret, its `auth`.",
)


def flows(secrets: Callable[[Iterable[str]], Mapping[str, Secrets]]) -> Door:
    """The door for Flows of Salesforce. Its own secrets are all that opens it: a source's `auth` is about jtel."""
    return Door(
        lambda loaded: secrets(loaded.config.sources),
        lambda _: Access(),
        "The request has no secret. Let the Named Credential send the header Authorization: Bearer <secret>, see "
        "docs/way-back.md.",
        "Let the Named Credential send Authorization: Bearer <secret>, see docs/way-back.md.",
        "The secret is not the one for Flows of this source, or there is no such source. Compare the URL and the "
        "External Credential with RINGBACK_FLOW_SECRET, see docs/way-back.md.",
    )


class SourceAuthentication:
    """A secret of the source that the URL names. At jtel's door, it is shown as `auth` in the configuration says."""

    def __init__(self, in_force: InForce, answers: Answers, door: Door = JTELS) -> None:
        self._in_force = in_force
        self._answers = answers
        self._door = door
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
        return self._answers.respond(self._unauthorized())

    def _source_of_request(self) -> Source | None:
        """The source that the URL names, if the request is one of it."""
        now = self._in_force.loaded
        name = (request.view_args or {})["source"]
        source = now.config.sources.get(name)
        accepted = self._accepted(now).get(name, _NOBODYS)
        right = not accepted.isdisjoint(_shown(request))
        # Only who has the secret learns by time that there are networks.
        return source if right and source and _is_near(self._door.access(source)) else None

    def _accepted(self, now: Loaded) -> Mapping[str, frozenset[Proof]]:
        """What lets into each source; made anew when the configuration is."""
        loaded, known = self._known
        if loaded is not now:
            secrets, access = self._door.secrets(now), self._door.access
            sources = now.config.sources.items()
            known = {name: _proofs_of(access(source), secrets.get(name, _UNGUESSABLE)) for name, source in sources}
            self._known = (now, known)
        return known

    def _unauthorized(self) -> Outcome:
        reason, message = Reason.CREDENTIALS_WRONG, self._door.wrong
        if not _shows_elsewhere(request):
            header = request.headers.get("Authorization", "")
            problem = shape_problem(header)
            if problem:
                reason = Reason.CREDENTIALS_MALFORMED
                message = f"The header Authorization {problem}. {self._door.malformed}"
            elif not header.strip().partition(" ")[2]:
                reason, message = Reason.CREDENTIALS_MISSING, self._door.missing
        return Outcome(Status.UNAUTHORIZED, reason=reason, message=message)


def _shown(asked: Request) -> list[Proof]:
    """All that the request shows; where its URL has an end for the secret, only that."""
    token = _token(asked)
    if token is not None:
        return [(_URL, "", digest(token.encode()))]
    scheme, sent = shown_in_authorization(asked)
    place = Scheme(scheme) if scheme in (Scheme.BEARER.value, Scheme.BASIC.value) else ""
    headers = [(name, value) for name, value in asked.environ.items() if name.startswith("HTTP_")]
    own = [(Scheme.HEADER, name, digest(_raw(value))) for name, value in headers if name not in USUAL]
    return [(place, "", digest(sent)), *own]


def _shows_elsewhere(asked: Request) -> bool:
    """Whether it may have a secret beside `Authorization`, without knowing where it should stand."""
    values = [value for name, value in asked.headers.items() if not is_ordinary(name)]
    return any(one and one.strip() for one in (_token(asked), *values))


def _proofs_of(access: Access, known: Secrets) -> frozenset[Proof]:
    """All that lets into a source."""
    user = f"{access.name}:" if access.scheme is Scheme.BASIC else ""
    name = f"HTTP_{access.name.upper().replace('-', '_')}" if access.scheme is Scheme.HEADER else ""
    proofs: set[Proof] = {
        (access.scheme, name, digest(one)) for secret in known for one in spellings(f"{user}{secret}")
    }
    if access.token_in_url:
        proofs |= {(_URL, "", digest(one)) for secret in known for one in spellings(secret)}
    return frozenset(proofs)


def _token(asked: Request) -> str | None:
    return (asked.view_args or {}).get("token")


def _raw(header: str) -> bytes:
    """The bytes that were sent: WSGI hands headers on as Latin-1."""
    return header.strip().encode("latin-1", "replace")


def _is_near(access: Access) -> bool:
    return not access.networks or is_within(request.remote_addr, access.networks)


# What is compared with where there is nothing to compare with, so that it takes as long.
_UNGUESSABLE: Secrets = (secrets.token_hex(32),)
_NOBODYS = _proofs_of(Access(), _UNGUESSABLE)
