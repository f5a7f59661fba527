"""`/callbacks`, `/callbacks/<source>` and `/callbacks/<source>/<token>`: where jtel sends its callbacks."""

from flask import Blueprint, Request, Response, g, request
from gunicorn.http.errors import ParseException

from app.delivery.request.accept import Delivery
from app.delivery.request.intake import Sent
from app.domain.errors import PayloadError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.domain.source import DEFAULT_SOURCE
from app.payload import BODY_LIMIT
from app.web.answers import Answers, wrong_method

PATH = "/callbacks"
# Where one path names the source only, the other its secret, too.
_PATHS = (f"{PATH}/<source>", f"{PATH}/<source>/<token>")

# So much is read and thrown away, so that the sender gets to read the answer.
_DRAIN_LIMIT = 16 * 1024 * 1024
_CHUNK = 64 * 1024


def callbacks_blueprint(delivery: Delivery, answers: Answers) -> Blueprint:
    """The endpoint. To be registered with `SourceAuthentication`, which knows the source when it lets a request in."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.route(PATH, methods=["GET"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(_PATHS[0], methods=["GET"], strict_slashes=False)
    @blueprint.route(_PATHS[1], methods=["GET"], strict_slashes=False)
    def ready(source: str, token: str | None = None) -> Response:  # noqa: ARG001  they are the authentication's
        return answers.respond(probe())

    @blueprint.route(PATH, methods=["POST"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(_PATHS[0], methods=["POST"], strict_slashes=False)
    @blueprint.route(_PATHS[1], methods=["POST"], strict_slashes=False)
    def accept(source: str, token: str | None = None) -> Response:  # noqa: ARG001
        body, problem = read_body(request)
        query = request.query_string[:BODY_LIMIT]
        return answers.respond(delivery.accept(Sent(body, query, g.source, g.request_id, problem)))

    return blueprint


def probe() -> Outcome:
    """What to say of a request that only asks whether URL and secret are right."""
    # A 200 for a callback that was sent the wrong way would lose its caller.
    if request.query_string or request.content_length or "Transfer-Encoding" in request.headers:
        return wrong_method(request.method)
    return Outcome(Status.READY)


def read_body(asked: Request) -> tuple[bytes, PayloadError | None]:
    """The bytes of the body, cut at the limit, and what is wrong with it: it is too large, or was cut off."""
    try:
        body = asked.stream.read(BODY_LIMIT + 1)
        size = len(body)
        while BODY_LIMIT < size < _DRAIN_LIMIT and (chunk := asked.stream.read(_CHUNK)):
            size += len(chunk)
    except (OSError, ParseException):  # gunicorn's words for chunks that break off, and for what is none
        return b"", PayloadError(
            Reason.BODY_INCOMPLETE, "The body broke off or its chunks are garbled. Send the callback again."
        )
    if size > BODY_LIMIT or len(asked.query_string) > BODY_LIMIT:
        return body[:BODY_LIMIT], PayloadError(
            Reason.BODY_TOO_LARGE,
            f"The request is larger than {BODY_LIMIT // 1024} KiB, and no callback is. Check the URL of the REST call.",
        )
    length = asked.content_length
    if length is not None and size < length:
        return body, PayloadError(
            Reason.BODY_INCOMPLETE,
            f"The connection ended after {size} of {length} bytes. Send the callback again.",
        )
    return body, None
