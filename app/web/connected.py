"""`/calls/connected`, `/calls/connected/<source>` and `…/<token>`: where jtel tells that an agent has taken a call."""

from flask import Blueprint, Response, g, request

from app.delivery.served.taking import CallTaking
from app.domain.source import DEFAULT_SOURCE
from app.payload import BODY_LIMIT
from app.web.answers import Answers
from app.web.callbacks import read_body

NAME = "connected"
PATH = "/calls/connected"
_METHODS = ["GET", "POST"]


def connected_blueprint(calls: CallTaking, answers: Answers) -> Blueprint:
    """The endpoint. To be registered with `SourceAuthentication`, which knows the source when it lets a request in.

    jtel's telephony events can be sent by GET. One that says nothing only asks whether URL and secret are right.
    """
    blueprint = Blueprint(NAME, __name__)

    @blueprint.route(PATH, methods=_METHODS, strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=_METHODS, strict_slashes=False)
    @blueprint.route(f"{PATH}/<source>/<token>", methods=_METHODS, strict_slashes=False)
    def connected(source: str, token: str | None = None) -> Response:  # noqa: ARG001  they are the authentication's
        body, problem = read_body(request)
        query = request.query_string[:BODY_LIMIT]
        if request.method == "GET" and not (body or query or problem):
            return answers.respond(calls.ready(g.source))
        return answers.respond(calls.take(body, query, g.source, g.request_id, problem))

    return blueprint
