"""`/metrics`: what Prometheus reads."""

from collections.abc import Callable

from flask import Blueprint, Response, request

# From the header `Accept` to the metrics as text and its content type.
Exposition = Callable[[str], tuple[bytes, str]]
NAME = "metrics"
PATH = "/metrics"


def metrics_blueprint(exposition: Exposition) -> Blueprint:
    """The endpoint. To be registered with an authentication."""
    blueprint = Blueprint(NAME, __name__)

    @blueprint.get(PATH)
    def metrics() -> Response:
        body, content_type = exposition(request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    return blueprint
