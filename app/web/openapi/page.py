"""`/openapi.json`, and `/openapi`: Swagger UI, which shows it and sends requests by hand."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, jsonify, send_from_directory

SPEC = "/openapi.json"
PAGE = "/openapi"
_ASSETS = ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png")
# Everything comes from here; Swagger UI sets styles by script.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)
_HTML = f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Ringback: what it takes and answers</title>
<link rel="stylesheet" href="{PAGE}/swagger-ui.css">
<link rel="icon" href="{PAGE}/favicon-32x32.png">
<div id="page"></div>
<script src="{PAGE}/swagger-ui-bundle.js"></script>
<script src="{PAGE}/start.js"></script>
</html>
"""
_START = f'SwaggerUIBundle({{url: "{SPEC}", dom_id: "#page", validatorUrl: null}});\n'


def openapi_blueprint(spec: Mapping[str, Any]) -> Blueprint:
    """The endpoints. Authentication: none; they say what every Ringback says."""
    blueprint = Blueprint("openapi", __name__)
    folder = Path(str(files("flask_swagger_ui"))) / "dist"

    @blueprint.get(SPEC)
    def document() -> Response:
        return jsonify(spec)

    @blueprint.get(PAGE)
    def page() -> Response:
        response = Response(_HTML, mimetype="text/html")
        response.headers["Content-Security-Policy"] = _POLICY
        return response

    @blueprint.get(f"{PAGE}/start.js")
    def start() -> Response:
        return Response(_START, mimetype="text/javascript")

    @blueprint.get(f"{PAGE}/<any({','.join(repr(one) for one in _ASSETS)}):name>")
    def asset(name: str) -> Response:
        return send_from_directory(folder, name)

    return blueprint
