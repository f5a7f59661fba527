"""/sandbox: the strings behind the stage. No Salesforce has these."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox.salesforce.changes import BadChangeError, apply_change
from app.sandbox.salesforce.faults import BadFaultError
from app.sandbox.salesforce.instance import Instance


def control_blueprint(instance: Instance) -> Blueprint:
    """Org changes, reset, and the log of calls; the faults have a blueprint of their own."""
    blueprint = Blueprint("control", __name__, url_prefix="/sandbox")
    blueprint.register_blueprint(_faults_blueprint(instance))

    @blueprint.post("/org")
    def change_org() -> Response:
        apply_change(instance, _body())
        return jsonify(instance.org.settings)

    @blueprint.get("/org")
    def show_org() -> Response:
        return jsonify(instance.org.settings)

    @blueprint.get("/calls")
    def calls() -> Response:
        return jsonify(instance.calls.report())

    @blueprint.post("/reset")
    def reset() -> tuple[str, int]:
        instance.reset()
        return "", 204

    @blueprint.errorhandler(BadFaultError)
    @blueprint.errorhandler(BadChangeError)
    def bad(problem: Exception) -> tuple[Response, int]:
        return jsonify(error=str(problem)), 400

    return blueprint


def _faults_blueprint(instance: Instance) -> Blueprint:
    blueprint = Blueprint("faults", __name__, url_prefix="/faults")

    @blueprint.post("")
    def add_fault() -> tuple[Response, int]:
        return jsonify(instance.faults.add(_body()).describe()), 201

    @blueprint.get("")
    def list_faults() -> Response:
        return jsonify(faults=instance.faults.describe())

    @blueprint.delete("")
    def clear_faults() -> tuple[str, int]:
        instance.faults.clear()
        return "", 204

    return blueprint


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise BadChangeError("the body must be a JSON object")
    return body
