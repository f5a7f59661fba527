"""/rest/v1.0: jtel's REST API, with the routes of the table of calls."""

import json
import re
from typing import Any

from flask import Blueprint, Response, request

from app.jtel.calls import CALLS, VERSION, JtelCall
from app.sandbox.jtel.answers import answer
from app.sandbox.jtel.arguments import read_arguments
from app.sandbox.jtel.phone_system import PhoneSystem
from app.sandbox.jtel.refusals import RefusedCallError
from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.faults import Faults
from app.sandbox.salesforce.wire import ERROR, raw_target

TOKEN, CLIENTS_ID = "sandbox", "1"
"""What opens it."""
_JSON = "application/json;charset=UTF-8"


def jtel_rest_blueprint(phones: PhoneSystem, faults: Faults) -> Blueprint:
    """The REST API of one jtel."""
    blueprint = Blueprint("jtel_rest", __name__, url_prefix="/rest")

    def serve(call: JtelCall) -> Any:
        def view(clients_id: str, **path: str) -> Response:
            _meet_faults(faults)
            _check_access(clients_id)
            return _response(answer(phones, call, read_arguments(call, request, path)))

        return view

    for call in CALLS.values():
        rule = f"/{VERSION}/<clients_id>" + re.sub(r"\{(\w+)\}", r"<\1>", call.path)
        blueprint.add_url_rule(rule, call.name, serve(call), methods=[call.method])

    @blueprint.route("/<path:_rest>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def no_such_call(_rest: str) -> Response:
        raise RefusedCallError(404)

    @blueprint.errorhandler(RefusedCallError)
    def refused(problem: RefusedCallError) -> Response:
        body = {"status": problem.status, "error": problem.error} if problem.error else None
        return _response(body, problem.status)

    return blueprint


def _meet_faults(faults: Faults) -> None:
    """The fault that is an error answer, if this call is to meet one."""
    try:
        planned: SalesforceError | None = request.environ.get(ERROR)
        if planned:
            raise planned
        faults.check_record(request.method, raw_target(request.environ))
    except SalesforceError as problem:
        raise RefusedCallError(problem.status, str(problem)) from None


def _check_access(clients_id: str) -> None:
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        raise RefusedCallError(401, "Bad token")
    if clients_id != CLIENTS_ID:
        raise RefusedCallError(401, "Wrong ClientsID")


def _response(body: Any, status: int = 200) -> Response:
    if body is None:
        return Response(status=status, content_type="")
    return Response(json.dumps(body) if isinstance(body, dict) else body, status, content_type=_JSON)
