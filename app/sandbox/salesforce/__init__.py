"""A Salesforce over real HTTP with real rules. The rooms are found by their names."""

from flask import Response, jsonify, request
from werkzeug.exceptions import HTTPException


def no_such_service(problem: HTTPException) -> tuple[Response, int] | HTTPException:
    """What lies below /services but is not played here; and a fault of the sandbox itself."""
    if not request.path.startswith("/services/"):
        return problem
    if (problem.code or 500) >= 500:
        message = "An unexpected error occurred. Please include this ErrorId if you contact support: 0 (sandbox)"
        return jsonify([{"errorCode": "UNKNOWN_EXCEPTION", "message": message}]), 500
    return jsonify([{"errorCode": "NOT_FOUND", "message": "Could not find a match for URL"}]), 404
