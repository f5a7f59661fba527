"""`/health/live` and `/health/ready`: for probes, which show no secret, and for operators, who do."""

import hmac
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.operations.health import Health
from app.web.operator import shown_secret

NAME = "health"
LIVE = "/health/live"
READY = "/health/ready"


def health_blueprint(health: Health, secret: Callable[[], bytes]) -> Blueprint:
    """The endpoint. Authentication: none for the state; the operator's secret for the details.

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
        shown = shown_secret(request.headers.get("Authorization"))
        if shown and hmac.compare_digest(shown, secret()):
            body |= health.details(now)
        elif shown:
            body["details"] = "credentials_wrong"
        response = jsonify(body)
        response.status_code = 503 if now.reason else 200
        return response

    return blueprint
