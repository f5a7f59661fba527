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
        return wrong_method(request.method, "A call" if _is_call() else "A callback")
    if isinstance(error, NotFound):
        return Outcome(
            Status.UNAUTHORIZED,
            reason=Reason.CREDENTIALS_WRONG,
            message=f"There is no such source. The URL of a source is {_path()}/<source>; check it in the REST call.",
        )
    return Outcome(
        Status.INVALID,
        reason=Reason.BODY_NOT_UNDERSTOOD,
        message=f"The request cannot be read ({error.name}). Check the REST call of the ACD group.",
    )


def _is_call() -> bool:
    return request.path.startswith(_CALLS)


def _path() -> str:
    if _is_call():
        return CONNECTED
    return WAY_BACK if request.path.startswith(WAY_BACK) else PATH
