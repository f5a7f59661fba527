"""Who means Ringback and has the sandbox's port is told so."""

from flask import Blueprint, Response, jsonify

from app.sandbox.jtel.ringback import CALLBACKS, CONNECTED, WAY_BACK, RingbackAddress

_METHODS = ["GET", "POST", "PUT"]


def wrong_port_blueprint(ringback: RingbackAddress) -> Blueprint:
    """Ringback's paths, none of which is served here."""
    blueprint = Blueprint("wrong_port", __name__)
    there = f"Ringback, at {ringback.url}" if ringback.url else "Ringback, which has another port"

    def tell(**_: str) -> tuple[Response, int]:
        said = f"This is the sandbox, which plays Salesforce and jtel. What is sent to this path goes to {there}."
        return jsonify(status="error", reason="path_unknown", message=said), 404

    for path in (CALLBACKS, CONNECTED, WAY_BACK):
        for rule in (path, f"{path}/", f"{path}/<path:rest>"):
            blueprint.add_url_rule(rule, view_func=tell, methods=_METHODS)
    return blueprint
