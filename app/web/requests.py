"""What holds for every request: its id, and its one log line."""

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from app.domain.outcome import Outcome
from app.web.health import NAME as HEALTH

log = structlog.get_logger()

REQUEST_ID_HEADER = "X-Request-ID"
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,64}")


def register_requests(app: Flask) -> None:
    """Gives each request an id, taken from `X-Request-ID` or made up, and logs one line when it is answered."""

    @app.before_request
    def begin() -> None:
        sent = request.headers.get(REQUEST_ID_HEADER, "")
        g.request_id = sent if _REQUEST_ID.fullmatch(sent) else uuid.uuid4().hex
        g.started = time.monotonic()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        response.headers["Cache-Control"] = "no-store"
        ms = round((time.monotonic() - g.started) * 1000)
        # Probes ask every few seconds; what they learn is logged when it changes.
        tell = log.debug if request.blueprint == HEALTH else log.info
        tell("request", method=request.method, http=response.status_code, ms=ms, **_facts(g.get("outcome")))
        return response


def _facts(outcome: Outcome | None) -> dict[str, object]:
    if outcome is None:
        return {}
    return {
        "event_id": outcome.event_id,
        "rule": outcome.rule,
        "status": outcome.status.value,
        "reason": outcome.reason.word if outcome.reason else None,
        "case_id": outcome.written.id if outcome.written else None,
    }
