"""`/callbacks`, `/callbacks/<source>` and `/callbacks/<source>/<token>`: where jtel sends its callbacks."""

from flask import Blueprint, Response, g, request

from app.delivery.request.accept import Delivery
from app.delivery.request.intake import Sent
from app.domain.outcome import Outcome, Status
from app.domain.source import DEFAULT_SOURCE
from app.payload import BODY_LIMIT
from app.web.answers import Answers, wrong_method
from app.web.body import read_body

PATH = "/callbacks"


# Where one path names the source only, the other its secret, too.
_PATHS = (f"{PATH}/<source>", f"{PATH}/<source>/<token>")


def callbacks_blueprint(delivery: Delivery, answers: Answers) -> Blueprint:
    """The endpoint. To be registered with `SourceAuthentication`, which knows the source when it lets a request in."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.route(PATH, methods=["GET"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(_PATHS[0], methods=["GET"], strict_slashes=False)
    @blueprint.route(_PATHS[1], methods=["GET"], strict_slashes=False)
    def probe(source: str, token: str | None = None) -> Response:  # noqa: ARG001  they are the authentication's
        return answers.respond(_probe())

    @blueprint.route(PATH, methods=["POST"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(_PATHS[0], methods=["POST"], strict_slashes=False)
    @blueprint.route(_PATHS[1], methods=["POST"], strict_slashes=False)
    def accept(source: str, token: str | None = None) -> Response:  # noqa: ARG001
        body, problem = read_body(request)
        query = request.query_string[:BODY_LIMIT]
        return answers.respond(delivery.accept(Sent(body, query, g.source, g.request_id, problem)))

    return blueprint


def _probe() -> Outcome:
    # A 200 for a callback that was sent the wrong way would lose its caller.
    if request.query_string or request.content_length or "Transfer-Encoding" in request.headers:
        return wrong_method(request.method)
    return Outcome(Status.READY)
