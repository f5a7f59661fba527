"""`/openapi.json`."""

import json
from functools import cache

from flask import Blueprint, Response

PATH = "/openapi.json"


def openapi_blueprint(version: str) -> Blueprint:
    """The endpoint. Authentication: none; it says what every Ringback says."""
    blueprint = Blueprint("openapi", __name__)

    # Written once: everybody may ask for it. Few do, so it is not written before.
    @cache
    def written() -> str:
        from app.web.openapi.spec import build_spec

        return json.dumps(build_spec(version), separators=(",", ":"))

    @blueprint.get(PATH)
    def document() -> Response:
        return Response(written(), content_type="application/json")

    return blueprint
