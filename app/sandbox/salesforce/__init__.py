"""A Salesforce over real HTTP with real rules. Wiring only; the rooms are found by their names."""

from pathlib import Path

from flask import Flask, Response, jsonify, request
from werkzeug.exceptions import HTTPException

from app.sandbox.salesforce.control import control_blueprint
from app.sandbox.salesforce.identity import identity_blueprint
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.oauth import oauth_blueprint
from app.sandbox.salesforce.pages import pages_blueprint
from app.sandbox.salesforce.rest import rest_blueprint
from app.sandbox.salesforce.soap import soap_blueprint
from app.sandbox.salesforce.wire import Wire


def create_sandbox(database: Path) -> Flask:
    """The sandbox as a WSGI app; its data lives in the given file."""
    app = Flask(__name__)
    app.json.sort_keys = False  # type: ignore[attr-defined]
    app.register_error_handler(HTTPException, _no_such_service)
    instance = Instance(database)
    for blueprint in (rest_blueprint, oauth_blueprint, identity_blueprint, control_blueprint, pages_blueprint):
        app.register_blueprint(blueprint(instance))
    app.register_blueprint(soap_blueprint())
    app.wsgi_app = Wire(app.wsgi_app, instance)  # type: ignore[method-assign]
    return app


def _no_such_service(problem: HTTPException) -> tuple[Response, int] | HTTPException:
    """What lies below /services but is not played here; and a fault of the sandbox itself."""
    if not request.path.startswith("/services/"):
        return problem
    if (problem.code or 500) >= 500:
        message = "An unexpected error occurred. Please include this ErrorId if you contact support: 0 (sandbox)"
        return jsonify([{"errorCode": "UNKNOWN_EXCEPTION", "message": message}]), 500
    return jsonify([{"errorCode": "NOT_FOUND", "message": "Could not find a match for URL"}]), 404
