"""`/metrics`: what Prometheus reads."""

from collections.abc import Callable

from flask import Blueprint, Response, jsonify, request

from app.web.operator import is_operator

# From the header `Accept` to the metrics as text and its content type.
Exposition = Callable[[str], tuple[bytes, str]]
NAME = "metrics"
PATH = "/metrics"


def metrics_blueprint(exposition: Exposition, secret: Callable[[], bytes]) -> Blueprint:
    """The endpoint. Authentication: the operator's secret, as Bearer or as the password of Basic."""
    blueprint = Blueprint(NAME, __name__)

    @blueprint.get(PATH)
    def metrics() -> Response:
        if not is_operator(request.headers.get("Authorization"), secret()):
            response = jsonify(status="unauthorized", message="Wanted is the operator's secret, as Bearer or password.")
            response.status_code = 401
            response.headers["WWW-Authenticate"] = 'Basic realm="Ringback"'
            return response
        body, content_type = exposition(request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    return blueprint
