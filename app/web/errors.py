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
_RIGHT_PATH = (
    f"Callbacks go to POST {PATH}, or {PATH}/<source>, in small letters: check the URL of the REST call, and whether a "
    "proxy in front adds to it."
)


def register_errors(app: Flask, answers: Answers) -> None:
    """Every error that leaves this app is JSON."""

    @app.errorhandler(HTTPException)
    def handle_http(error: HTTPException) -> Response:
        if request.path.startswith((PATH, WAY_BACK, _CALLS)):
            return answers.respond(_outcome_of(error))
        response = jsonify(_elsewhere(error))
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


def _elsewhere(error: HTTPException) -> dict[str, str]:
    """What is said outside of the paths that jtel knows."""
    if not isinstance(error, NotFound):
        return {"status": "error", "message": f"{error.name}. {_RIGHT_PATH}", "requestId": g.request_id}
    said = {"reason": Reason.PATH_UNKNOWN.word, "message": f"Nothing is served at this path. {_RIGHT_PATH}"}
    return {"status": "error", **said, "requestId": g.request_id}


def _outcome_of(error: HTTPException) -> Outcome:
    if isinstance(error, MethodNotAllowed):
        what, where, _ = _asked()
        return wrong_method(request.method, what, where)
    if isinstance(error, NotFound):
        _, where, path = _asked()
        return Outcome(
            Status.UNAUTHORIZED,
            reason=Reason.PATH_UNKNOWN,
            message=f"No source can have this URL. It ends with {path}, or {path}/<source>: check it in {where}.",
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
