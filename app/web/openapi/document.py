"""`/openapi.json`."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response

PATH = "/openapi.json"


def openapi_blueprint(spec: Mapping[str, Any]) -> Blueprint:
    """The endpoint. Authentication: none; it says what every Ringback says."""
    blueprint = Blueprint("openapi", __name__)
    # Written once: everybody may ask for it.
    written = json.dumps(spec, separators=(",", ":"))

    @blueprint.get(PATH)
    def document() -> Response:
        return Response(written, content_type="application/json")

    return blueprint
