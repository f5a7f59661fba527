"""From an outcome to the small flat JSON that the jtel admin reads in a log: 200, 500 or 401."""

from dataclasses import dataclass
from typing import Any

from flask import Response, g, jsonify

from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.web.answer import AnswerSchema

_HTTP = {Status.REFUSED: 500, Status.INVALID: 500, Status.UNAUTHORIZED: 401}
_SCHEMA = AnswerSchema()


@dataclass(frozen=True)
class Answers:
    """Makes answers. `sandbox` marks them, so that nobody takes a trial for the real thing."""

    sandbox: bool

    def respond(self, outcome: Outcome) -> Response:
        """The answer to the current request, which is remembered for its log line."""
        g.outcome = outcome
        response = jsonify(self.body(outcome, g.request_id))
        response.status_code = http_status(outcome)
        if outcome.status is Status.UNAUTHORIZED:
            # The same for all, whatever the source asks for.
            response.headers["WWW-Authenticate"] = 'Bearer realm="Ringback"'
        return response

    def body(self, outcome: Outcome, request_id: str) -> dict[str, Any]:
        """The answer's JSON; what is not known is left out. It holds no personal data."""
        written = outcome.written
        answer: dict[str, Any] = _SCHEMA.dump(
            {
                "status": outcome.status.value,
                "reason": outcome.reason.word if outcome.reason else None,
                "message": outcome.message,
                "case_id": written.id if written else None,
                "case_number": written.number if written else None,
                "dropped": ", ".join(one.field for one in written.dropped) or None if written else None,
                "event_id": outcome.event_id,
                "rule": outcome.rule,
                "sandbox": self.sandbox or None,
                "request_id": request_id,
            }
        )
        return answer


def wrong_method(method: str) -> Outcome:
    """The outcome of a callback that was not sent by POST."""
    return Outcome(
        Status.INVALID,
        reason=Reason.METHOD_NOT_ALLOWED,
        message=f"A callback is sent by POST, not by {method}. Set METHOD=POST in the REST call.",
    )


def http_status(outcome: Outcome) -> int:
    """200 when Ringback owns the callback, 401 for wrong credentials, else 500."""
    return _HTTP.get(outcome.status, 200)
