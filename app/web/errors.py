"""Flask's own errors as JSON: on the callbacks' paths in the words and with the codes that jtel knows."""

import structlog
from flask import Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.web.answers import Answers, wrong_method
from app.web.callbacks import PATH
from app.web.connected import PATH as CONNECTED
from app.web.way_back import PATH as WAY_BACK

log = structlog.get_logger()

# What jtel asks: nothing below them is answered but in its words.
_CALLS = "/calls/"


def register_errors(app: Flask, answers: Answers) -> None:
    """Every error that leaves this app is JSON."""

    @app.errorhandler(HTTPException)
    def handle_http(error: HTTPException) -> Response:
        if request.path.startswith((PATH, WAY_BACK, _CALLS)):
            return answers.respond(_outcome_of(error))
        response = jsonify(
            status="error", message=f"{error.name}. Callbacks go to POST {PATH}.", requestId=g.request_id
        )
        response.status_code = error.code or 500
        return response

    @app.errorhandler(Exception)
    def handle_bug(error: Exception) -> Response:
        log.error("internal_error", error=type(error).__name__, exc_info=error)
        return answers.respond(
            Outcome(
                Status.REFUSED,
                reason=Reason.INTERNAL_ERROR,
                message="Ringback met an error of its own and did nothing with this callback, as far as it knows. "
                "Look the requestId up in its log and report it; then send the callback again.",
            )
        )


def _outcome_of(error: HTTPException) -> Outcome:
    if isinstance(error, MethodNotAllowed):
        what, where, _ = _asked()
        return wrong_method(request.method, what, where)
    if isinstance(error, NotFound):
        _, where, path = _asked()
        return Outcome(
            Status.UNAUTHORIZED,
            reason=Reason.CREDENTIALS_WRONG,
            message=f"There is no such source. The URL of a source is {path}/<source>; check it in {where}.",
        )
    return Outcome(
        Status.INVALID,
        reason=Reason.BODY_NOT_UNDERSTOOD,
        message=f"The request cannot be read ({error.name}). Check {_asked()[1]} that sends it.",
    )


def _asked() -> tuple[str, str, str]:
    """What is sent to this path, where its sender sets how, and how the path begins."""
    if request.path.startswith(_CALLS):
        return "A call", "the REST call", CONNECTED
    if request.path.startswith(WAY_BACK):
        return "A wish", "the Flow's callout", WAY_BACK
    return "A callback", "the REST call", PATH
