"""From an outcome to the small flat JSON that the jtel admin reads in a log: 200, 500 or 401."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from json import JSONEncoder
from typing import TYPE_CHECKING, Any

from flask import Response, g

from app.domain.callback import event_id_as_sent
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.record import CASE, Written

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# Answers are for programs: nothing in them is to be run, framed, guessed at or kept.
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_BY_TLS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
_LINES = [(name, value, name.lower()) for name, value in HEADERS.items()]
_HTTP = {Status.REFUSED: 500, Status.INVALID: 500, Status.UNAUTHORIZED: 401}
_write = JSONEncoder(separators=(",", ":")).encode


class Hardened(Response):
    """Has `HEADERS`; a page may say otherwise of itself."""

    def get_wsgi_response(self, environ: "WSGIEnvironment") -> tuple[Iterable[bytes], str, list[tuple[str, str]]]:
        """What is sent."""
        body, status, headers = super().get_wsgi_response(environ)
        said = {name.lower() for name, _ in headers}
        headers += [(name, value) for name, value, lower in _LINES if lower not in said]
        if environ["wsgi.url_scheme"] == "https":
            headers.append(_BY_TLS_ONLY)
        return body, status, headers


@dataclass(frozen=True)
class Answers:
    """Makes answers. `sandbox` marks them, so that nobody takes a trial for the real thing."""

    sandbox: bool

    def respond(self, outcome: Outcome) -> Response:
        """The answer to the current request, which is remembered for its log line."""
        g.outcome = outcome
        body = _write(self.body(outcome, g.request_id)) + "\n"
        # 200 when Ringback owns the callback, 401 for wrong credentials, else 500.
        response = Hardened(body, status=_HTTP.get(outcome.status, 200), content_type="application/json")
        if outcome.status is Status.UNAUTHORIZED:
            # The same for all, whatever the source asks for.
            response.headers["WWW-Authenticate"] = 'Bearer realm="Ringback"'
        return response

    def body(self, outcome: Outcome, request_id: str) -> dict[str, Any]:
        """The answer's JSON; what is not known is left out. It holds no personal data.

        `app.web.openapi` says of each key what it means.
        """
        written = outcome.written
        answer = {
            "status": outcome.status.value,
            "reason": outcome.reason.word if outcome.reason else None,
            "message": outcome.message,
            **(_named(written) if written else {}),
            "dropped": ", ".join(one.field for one in written.dropped) or None if written else None,
            "acdEventsId": event_id_as_sent(outcome.event_id),
            "rule": outcome.rule,
            "sandbox": self.sandbox or None,
            "requestId": request_id,
        }
        return {name: value for name, value in answer.items() if value is not None}


def _named(written: Written) -> dict[str, Any]:
    """How the answer calls the record."""
    if written.object == CASE:
        return {"caseId": written.id, "caseNumber": written.number}
    return {"object": written.object, "recordId": written.id}


def wrong_method(method: str, what: str = "A callback", where: str = "the REST call") -> Outcome:
    """The outcome of a callback, or of `what` else, that was not sent by POST; `where` that is set."""
    return Outcome(
        Status.INVALID,
        reason=Reason.METHOD_NOT_ALLOWED,
        message=f"{what} is sent by POST, not by {method}. Set METHOD=POST in {where}.",
    )
