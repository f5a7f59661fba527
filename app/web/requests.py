"""What holds for every request: its id, and its one log line."""

from collections.abc import Callable, Collection

import structlog
from flask import Flask, Response, g, request

from app.crm.time_spent import begin_time_spent
from app.domain.outcome import Outcome, Status
from app.ledger.patience import BRIEF, patience
from app.metrics import Meter, Metric
from app.web.health import NAME as HEALTH
from app.web.metrics import NAME as METRICS
from app.web.request_ids import request_id_of

log = structlog.get_logger()

REQUEST_ID_HEADER = "X-Request-ID"
# What is asked every few seconds; its failures are told by who finds them.
_QUIET = frozenset({HEALTH, METRICS})
# Stands where a source stands, and is the name of none.
OPERATOR = "(operator)"


def register_requests(app: Flask, meter: Meter, sources: Callable[[], Collection[str]]) -> None:
    """Gives each request an id, taken from `X-Request-ID` or made up; logs one line and counts when it is answered.

    `sources` are the names that are configured: no stranger's word becomes a label.
    """

    @app.before_request
    def begin() -> None:
        g.request_id = request_id_of(request.headers.get(REQUEST_ID_HEADER, ""))
        g.spent = begin_time_spent()
        # Its attempt inherits this.
        patience.set(BRIEF)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        outcome: Outcome | None = g.get("outcome")
        failed = response.status_code == 401 or "login_failed" in g
        tell = log.warning if failed else log.debug if request.blueprint in _QUIET else log.info
        facts, ms = _facts(outcome), g.spent.ms
        crm_ms = g.spent.crm_ms if facts else None
        if failed:
            facts["source"] = _source(sources()) or None
        tell("request", method=request.method, http=response.status_code, ms=ms, crm_ms=crm_ms, **facts)
        if failed:
            meter.count(Metric.LOGINS_FAILED, _source(sources()))
        elif outcome is not None and outcome.status is not Status.READY:
            _count(meter, outcome, _source(sources()), ms / 1000)
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        # What the server says between two requests belongs to none.
        structlog.contextvars.clear_contextvars()


def _source(known: Collection[str]) -> str:
    if request.blueprint in _QUIET:
        return OPERATOR
    named = (request.view_args or {}).get("source", "")
    return named if named in known else ""


def _count(meter: Meter, outcome: Outcome, source: str, seconds: float) -> None:
    state = outcome.state.value if outcome.state else None
    reason = outcome.reason.word if outcome.reason else None
    meter.count(Metric.CALLBACKS, source, outcome.rule, state, outcome.status.value, reason)
    meter.observe(Metric.ANSWER_SECONDS, seconds, outcome.status.value)


def _facts(outcome: Outcome | None) -> dict[str, object]:
    if outcome is None:
        return {}
    return {
        "event_id": outcome.event_id,
        "rule": outcome.rule,
        "state": outcome.state.value if outcome.state else None,
        "status": outcome.status.value,
        "reason": outcome.reason.word if outcome.reason else None,
        # Of all others an attempt's line says it, or there is nothing to say.
        "message": outcome.message if outcome.status in (Status.INVALID, Status.REFUSED) else None,
        "case_id": outcome.written.id if outcome.written else None,
    }
