"""`/jtel/callbacks` and `/jtel/callbacks/<source>`: where a Flow of Salesforce asks jtel for a callback."""

from flask import Blueprint, Response, g, request

from app.delivery.request.intake import Sent
from app.domain.source import DEFAULT_SOURCE
from app.operations.way_back.way_back import WayBack
from app.web.answers import Answers
from app.web.callbacks import probe, read_body

NAME = "way_back"
PATH = "/jtel/callbacks"


def way_back_blueprint(way_back: WayBack, answers: Answers) -> Blueprint:
    """The endpoint. To be registered with a `SourceAuthentication` that asks for the Flow's secret."""
    blueprint = Blueprint(NAME, __name__)

    @blueprint.route(PATH, methods=["GET"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=["GET"], strict_slashes=False)
    def ready(source: str) -> Response:  # noqa: ARG001  it is the authentication's
        return answers.respond(probe())

    @blueprint.route(PATH, methods=["POST"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=["POST"], strict_slashes=False)
    def ask(source: str) -> Response:  # noqa: ARG001
        body, problem = read_body(request)
        return answers.respond(way_back.ask(Sent(body, b"", g.source, g.request_id, problem)))

    return blueprint
