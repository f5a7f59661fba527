"""What holds for every request: its id, the headers of its answer, and its one log line."""

import re
import uuid
from collections.abc import Callable, Collection, Mapping

import structlog
from flask import Flask, Response, g, request

from app.domain.outcome import Outcome, Status
from app.domain.record import CASE, Written
from app.ledger.patience import BRIEF, patience
from app.metrics import Meter, Metric
from app.waiting import begin_time_spent
from app.web.answers import Hardened
from app.web.connected import NAME as CONNECTED
from app.web.health import NAME as HEALTH
from app.web.metrics import NAME as METRICS
from app.web.way_back import NAME as WAY_BACK

log = structlog.get_logger()

REQUEST_ID_HEADER = "X-Request-ID"
# What is asked every few seconds; its failures are told by who finds them.
_QUIET = frozenset({HEALTH, METRICS})
_TOLD_HERE = (Status.INVALID, Status.REFUSED, Status.UNKNOWN)
# Stands where a source stands, and is the name of none.
OPERATOR = "(operator)"
CONSOLE = "(console)"
# Of an id that a sender gives its request.
_FORM = re.compile(r"[A-Za-z0-9._:-]{1,64}")
# What the log would mask: six digits in a row, or five after a 0 has begun them, whatever parts them.
_GAP = r"[._:-]*"
_DIALLED = re.compile(rf"[0-9](?:{_GAP}[0-9]){{5}}|(?<![0-9])0(?:{_GAP}[0-9]){{4}}")
# Of a UUID, and of a trace id, digits in a row are chance, so long as they are few and there are letters as well.
_RANDOM = re.compile(
    r"(?=(?:[^a-f]*[a-f]){3})(?!.*[0-9]{9})"
    r"(?:[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9a-f]{32})",
    re.IGNORECASE,
)


def register_requests(app: Flask, meter: Meter, sources: Callable[[], Collection[str]]) -> None:
    """Gives each request an id, taken from `X-Request-ID` or made up; logs one line and counts when it is answered.

    `sources` are the names that are configured: no stranger's word becomes a label.
    """
    app.response_class = Hardened

    @app.before_request
    def begin() -> None:
        g.request_id = request_id_of(request.headers.get(REQUEST_ID_HEADER, ""))
        g.spent = begin_time_spent()
        # Its attempt inherits this.
        patience.set(BRIEF)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        outcome: Outcome | None = g.get("outcome")
        failed = response.status_code == 401 or "login_failed" in g
        facts, ms, blueprint = _facts(outcome), g.spent.ms, request.blueprint or ""
        crm_ms = g.spent.crm_ms if facts else None
        if failed:
            facts["source"] = (source := _named_source(blueprint, sources())) or None
            meter.count(Metric.LOGINS_FAILED, source)
        elif outcome is not None and outcome.status is not Status.READY:
            source = g.source.name if "source" in g else _named_source(blueprint, sources())
            _count(meter, blueprint, source, outcome.status, facts, ms)
        tell = log.warning if failed else log.debug if _is_quiet(blueprint) else log.info
        tell("request", method=request.method, http=response.status_code, ms=ms, crm_ms=crm_ms, **facts)
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        # What the server says between two requests belongs to none.
        structlog.contextvars.clear_contextvars()


def _count(meter: Meter, blueprint: str, source: str, status: Status, facts: Mapping[str, str | None], ms: int) -> None:
    if blueprint == WAY_BACK:
        meter.count(Metric.WISHES, source, facts["status"], facts["reason"])
        return
    if blueprint == CONNECTED:
        meter.count(Metric.SERVED_CALLS, source, facts["status"], facts["reason"])
        return
    meter.count(Metric.CALLBACKS, source, *(facts[name] for name in ("rule", "state", "status", "reason")))
    meter.observe(Metric.ANSWER_SECONDS, ms / 1000, status.value)


def _named_source(blueprint: str, known: Collection[str]) -> str:
    if blueprint in _QUIET:
        return OPERATOR
    if _is_console(blueprint):
        return CONSOLE
    named = (request.view_args or {}).get("source", "")
    return named if named in known else ""


def _is_quiet(blueprint: str) -> bool:
    # A page of the console refreshes itself every few seconds; what people do there is in its audit.
    return blueprint in _QUIET or (_is_console(blueprint) and request.method == "GET")


def _is_console(blueprint: str) -> bool:
    return blueprint.startswith("console")


def _facts(outcome: Outcome | None) -> dict[str, str | None]:
    if outcome is None:
        return {}
    return {
        "event_id": outcome.event_id,
        "rule": outcome.rule,
        "state": outcome.status.state.value if outcome.status.state else None,
        "status": outcome.status.value,
        "reason": outcome.reason.word if outcome.reason else None,
        # Of all others an attempt's line says it, or there is nothing to say.
        "message": outcome.message if outcome.status in _TOLD_HERE else None,
        **_record_of(outcome.written),
    }


def _record_of(written: Written | None) -> dict[str, str | None]:
    if written is None or written.object == CASE:
        return {"case_id": written.id if written else None}
    return {"object": written.object, "record_id": written.id}


def request_id_of(sent: str) -> str:
    """The id that was sent, if it cannot hold a telephone number: it is answered, logged and stored; else a new one."""
    harmless = _FORM.fullmatch(sent) and not _DIALLED.search(sent)
    return sent if harmless or _RANDOM.fullmatch(sent) else uuid.uuid4().hex
