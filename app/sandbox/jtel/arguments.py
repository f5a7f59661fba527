"""What a call is given, read as the table of calls says."""

import re
from collections.abc import Mapping
from typing import Any

from flask import Request

from app.jtel.calls import JtelCall, Parameter, Where
from app.sandbox.jtel.refusals import RefusedCallError, missing

Arguments = Mapping[str, Any]
"""The values by jtel's names of them."""
_WHOLE = re.compile(r"-?\d{1,100}", re.ASCII)
# JSON can name half a character, which is no text.
_HALF = re.compile("[\ud800-\udfff]")


def read_arguments(call: JtelCall, request: Request, path: Mapping[str, str]) -> Arguments:
    """Raises `RefusedCallError` where one is missing, or is none of its type."""
    body = _body(request) if call.of(Where.BODY) else {}
    given: Mapping[Where, Mapping[str, Any]] = {Where.PATH: path, Where.QUERY: request.args, Where.BODY: body}
    return {parameter.name: _value(parameter, given[parameter.where]) for parameter in call.parameters}


def _body(request: Request) -> Mapping[str, Any]:
    if request.mimetype != "application/json":
        raise RefusedCallError(400, "Content-Type is not application/json")
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise RefusedCallError(400, "The body is no JSON object")
    return body


def _value(parameter: Parameter, given: Mapping[str, Any]) -> Any:
    value = given.get(parameter.name)
    if value in (None, ""):
        if parameter.required:
            raise missing(parameter.name)
        return None
    if parameter.where is not Where.BODY and parameter.type is int:
        value = _whole(parameter.name, str(value))
    if type(value) is not parameter.type or (isinstance(value, str) and _HALF.search(value)):
        raise _wrong(parameter.name)
    return value


def _whole(name: str, text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise _wrong(name)
    return int(text)


def _wrong(name: str) -> RefusedCallError:
    return RefusedCallError(400, f"{name} has the wrong type")
