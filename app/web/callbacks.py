"""`/callbacks` and `/callbacks/<source>`: where jtel sends its callbacks."""

from collections.abc import Mapping

import structlog
from flask import Blueprint, Response, g, request

from app.delivery.accept import Delivery
from app.delivery.current import Current
from app.delivery.intake import Sent
from app.domain.outcome import Outcome, Status
from app.domain.source import DEFAULT_SOURCE, Source
from app.web.answers import Answers, wrong_method
from app.web.auth import CredentialsError, Secrets
from app.web.body import BODY_LIMIT, read_body

PATH = "/callbacks"


def callbacks_blueprint(current: Current, delivery: Delivery, answers: Answers) -> Blueprint:
    """The endpoint. Authentication: the Bearer secret of the source, checked before the body is read."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.route(PATH, methods=["GET"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=["GET"], strict_slashes=False)
    def probe(source: str) -> Response:
        return answers.respond(_authorize(current.get().secrets, source) or _probe())

    @blueprint.route(PATH, methods=["POST"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=["POST"], strict_slashes=False)
    def accept(source: str) -> Response:
        now = current.get()
        refused = _authorize(now.secrets, source)
        return answers.respond(refused or _accept(delivery, now.config.sources[source]))

    return blueprint


def _authorize(secrets: Mapping[str, bytes], source: str) -> Outcome | None:
    try:
        Secrets(secrets).check(source, request.headers.get("Authorization"))
    except CredentialsError as error:
        return Outcome(Status.UNAUTHORIZED, reason=error.reason, message=error.message)
    structlog.contextvars.bind_contextvars(source=source)
    return None


def _probe() -> Outcome:
    # A 200 for a callback that was sent the wrong way would lose its caller.
    if request.query_string or request.content_length:
        return wrong_method(request.method)
    return Outcome(Status.READY)


def _accept(delivery: Delivery, source: Source) -> Outcome:
    body, problem = read_body(request)
    query = request.query_string[:BODY_LIMIT]
    return delivery.accept(Sent(body, query, source, g.request_id, problem))
