"""/services/data: versions, the session, the limit header, and then the resource."""

from typing import Any

from flask import Blueprint, Response, json, request

from app.sandbox.salesforce.call import ApiAnswer, ApiCall
from app.sandbox.salesforce.errors import SalesforceError, error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.not_served import refuse_conditions
from app.sandbox.salesforce.resources import api
from app.sandbox.salesforce.routing import Router, parameters_of
from app.sandbox.salesforce.versions import list_versions, version_of
from app.sandbox.salesforce.wire import ERROR, raw_target

METHODS = ["GET", "POST", "PATCH", "PUT", "DELETE", "HEAD"]


def rest_blueprint(instance: Instance) -> Blueprint:
    """The REST API of one sandbox."""
    blueprint = Blueprint("rest", __name__)
    router = api(instance)

    @blueprint.get("/services/data", strict_slashes=False)
    def versions() -> Response:
        """Open to all, and the one answer without Sforce-Limit-Info."""
        return _json(200, list_versions())

    @blueprint.route("/services/data/<path:_rest>", methods=METHODS)
    def resource(_rest: str) -> Response:
        try:
            answer = _answer(instance, router)
        except SalesforceError as problem:
            answer = ApiAnswer(problem.status, problem.body())
        response = _json(answer.status, answer.body)
        response.headers.extend(dict(answer.headers))
        response.headers["Sforce-Limit-Info"] = instance.usage.header
        return response

    return blueprint


def _answer(instance: Instance, router: Router) -> ApiAnswer:
    planned: SalesforceError | None = request.environ.get(ERROR)
    if planned:
        raise planned
    target = raw_target(request.environ)
    version = version_of(target)
    user_id = instance.sessions.user_of(request.headers.get("Authorization"))
    instance.usage.count()
    refuse_conditions(request.headers)
    return router.dispatch(
        ApiCall(
            method=request.method,
            path=target,
            version=version,
            user_id=user_id,
            parameters=parameters_of(target),
            headers={name.lower(): value for name, value in request.headers.items()},
            raw=_body(),
        )
    )


def _body() -> bytes:
    """The body. XML, which a real Salesforce can read and write too, is refused."""
    accept = request.headers.get("Accept", "")
    if "xml" in accept and "json" not in accept and "*" not in accept:
        raise error(406, "NOT_ACCEPTABLE", "The sandbox answers JSON only")
    raw = request.get_data()
    if raw and request.mimetype not in ("application/json", "", "application/octet-stream"):
        message = f"Content-Type of '{request.mimetype}' is not supported"
        raise error(415, "UNSUPPORTED_MEDIA_TYPE", message)
    return raw


def _json(status: int, body: Any) -> Response:
    text = "" if body is None else json.dumps(body)
    response = Response(text, status)
    response.content_type = "application/json;charset=UTF-8"
    if body is None:
        del response.headers["Content-Type"]
    return response
