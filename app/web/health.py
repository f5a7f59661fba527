"""`/health/live` and `/health/ready`: for probes, which show no secret, and for operators, who do."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.operations.health import Health
from app.web.auth import note_failure
from app.web.operator import OperatorAuthentication

NAME = "health"
LIVE = "/health/live"
READY = "/health/ready"


def health_blueprint(health: Health, operator: OperatorAuthentication) -> Blueprint:
    """The endpoint: the state for all, the details for the operator.

    A secret that is wrong makes nobody unready: a probe that still sends yesterday's must not take the service down.
    """
    blueprint = Blueprint(NAME, __name__)

    @blueprint.get(LIVE)
    def live() -> Response:
        return jsonify(status="live")

    @blueprint.get(READY)
    def ready() -> Response:
        now = health.readiness.now()
        body: dict[str, Any] = {"status": "not_ready" if now.reason else "ready"}
        if now.reason:
            body["reason"] = now.reason
        if operator.is_shown():
            body |= health.details(now)
        elif "Authorization" in request.headers:
            note_failure()
            body["details"] = "credentials_wrong"
        response = jsonify(body)
        response.status_code = 503 if now.reason else 200
        return response

    return blueprint
