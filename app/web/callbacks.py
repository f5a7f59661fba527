"""`/callbacks` and `/callbacks/<source>`: where jtel sends its callbacks."""

from collections.abc import Mapping
from datetime import UTC, datetime

import structlog
from flask import Blueprint, Response, request

from app.delivery.accept import Delivery
from app.domain.errors import PayloadError
from app.domain.outcome import Outcome, Status
from app.domain.source import DEFAULT_SOURCE, Source
from app.web.answers import Answers
from app.web.auth import CredentialsError, Secrets
from app.web.body import read_body

PATH = "/callbacks"


def callbacks_blueprint(
    sources: Mapping[str, Source], secrets: Secrets, delivery: Delivery, answers: Answers
) -> Blueprint:
    """The endpoint. Authentication: the Bearer secret of the source, checked before the body is read."""
    blueprint = Blueprint("callbacks", __name__)

    @blueprint.route(PATH, methods=["GET"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=["GET"], strict_slashes=False)
    def probe(source: str) -> Response:
        return answers.respond(_authorize(secrets, source) or Outcome(Status.READY))

    @blueprint.route(PATH, methods=["POST"], strict_slashes=False, defaults={"source": DEFAULT_SOURCE})
    @blueprint.route(f"{PATH}/<source>", methods=["POST"], strict_slashes=False)
    def accept(source: str) -> Response:
        refused = _authorize(secrets, source)
        return answers.respond(refused or _accept(delivery, sources[source]))

    return blueprint


def _authorize(secrets: Secrets, source: str) -> Outcome | None:
    try:
        secrets.check(source, request.headers.get("Authorization"))
    except CredentialsError as error:
        return Outcome(Status.UNAUTHORIZED, reason=error.reason, message=error.message)
    structlog.contextvars.bind_contextvars(source=source)
    return None


def _accept(delivery: Delivery, source: Source) -> Outcome:
    try:
        body = read_body(request)
    except PayloadError as error:
        return Outcome.of_error(error)
    return delivery.accept(body, request.query_string, source, datetime.now(UTC))
