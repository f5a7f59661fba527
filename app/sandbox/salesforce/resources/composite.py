"""/composite: up to 25 calls in one, each able to use what earlier ones answered."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox.salesforce.call import ApiAnswer, ApiCall, is_true
from app.sandbox.salesforce.errors import SalesforceError, bad_json, error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.routing import Route, parameters_of, segments_of
from app.sandbox.salesforce.store import UndoError
from app.sandbox.salesforce.versions import version_of

MAX_CALLS = 25
MAX_HEAVY = 5
"""How many of them may be queries or sObject Collections."""
REFERENCE = re.compile(r"@\{([^}]*)\}")
PATH = re.compile(r"(\w+)((?:\.\w+|\[\d+\])+)", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9_]+")
ROLLED_BACK = "The transaction was rolled back since another operation in the same transaction failed."
Dispatch = Callable[[ApiCall], ApiAnswer]


def routes(dispatch: Callable[[], Dispatch]) -> list[Route]:
    """The resource; it needs the way to make calls, which is only there when all resources are."""

    def composite(instance: Instance, call: ApiCall) -> ApiAnswer:
        return _Composite(instance, call, dispatch()).answer()

    return [Route("POST", "composite", composite, composed=True)]


class _Composite:
    """One composite call."""

    def __init__(self, instance: Instance, call: ApiCall, dispatch: Dispatch) -> None:
        self._instance = instance
        self._call = call
        self._dispatch = dispatch
        self._bodies: dict[str, Any] = {}

    def answer(self) -> ApiAnswer:
        body = self._call.json_object()
        requests = _subrequests(body)
        problem = _too_many(requests)
        if problem:
            return ApiAnswer(body={"compositeResponse": [problem]})
        if not is_true(body.get("allOrNone")):
            return ApiAnswer(body={"compositeResponse": [self._one(request) for request in requests]})
        return ApiAnswer(body={"compositeResponse": self._all_or_none(requests)})

    def _all_or_none(self, requests: list[dict[str, Any]]) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = []
        try:
            with self._instance.store.transaction():
                for request in requests:
                    results.append(self._one(request))
                    if results[-1]["httpStatusCode"] >= 300:
                        raise UndoError
        except UndoError:
            *done, failed = results
            halted = [_halted(r["referenceId"], ROLLED_BACK) for r in done]
            later = [_halted(str(r["referenceId"]), ROLLED_BACK) for r in requests[len(results) :]]
            return [*halted, failed, *later]
        return results

    def _one(self, request: dict[str, Any]) -> dict[str, Any]:
        name = str(request["referenceId"])
        try:
            answer = self._dispatch(self._subcall(request))
        except _MissingError as missing:
            return _halted(name, str(missing))
        except SalesforceError as problem:
            return _result(name, ApiAnswer(problem.status, problem.body()))
        if answer.status < 300:
            self._bodies[name] = answer.body
        return _result(name, answer)

    def _subcall(self, request: dict[str, Any]) -> ApiCall:
        url = self._fill(str(request["url"]))
        if not url.startswith("/services/data/v"):
            raise error(400, "INVALID_INPUT", f"Invalid url: {url}. It must start with /services/data/vXX.X/")
        if segments_of(url)[:1] == ["composite"] and segments_of(url)[1:2] != ["sobjects"]:
            raise error(400, "INVALID_INPUT", "The composite resource can't be used in a subrequest.")
        body = self._fill_all(request.get("body"))
        return ApiCall(
            method=str(request["method"]).upper(),
            path=url,
            version=version_of(url),
            user_id=self._call.user_id,
            parameters=parameters_of(url),
            headers=_headers(request.get("httpHeaders")),
            raw=b"" if body is None else json.dumps(body).encode(),
            outer=f"{self._call.method} {self._call.path}",
        )

    def _fill_all(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {key: self._fill_all(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._fill_all(item) for item in value]
        return self._fill(value) if isinstance(value, str) else value

    def _fill(self, text: str) -> str:
        return REFERENCE.sub(self._look_up, text)

    def _look_up(self, match: re.Match[str]) -> str:
        """What it leads to. Whatever stands in the braces is taken for a reference."""
        known = PATH.fullmatch(match[1])
        value = self._bodies.get(known[1]) if known else None
        for key, index in re.findall(r"\.(\w+)|\[(\d+)\]", known[2] if known else ""):
            value = _step(value, key, index)
        if value is None or isinstance(value, (dict, list)):
            name = re.split(r"[.\[]", match[1])[0]
            raise _MissingError(f"Invalid reference specified. No value for {match[1]} found in {name}")
        return str(value).lower() if isinstance(value, bool) else str(value)


class _MissingError(Exception):
    """A reference that leads nowhere, mostly because the call it names has failed."""


def _step(value: Any, key: str, index: str) -> Any:
    if key and isinstance(value, dict):
        return value.get(key)
    if index and isinstance(value, list) and int(index) < len(value):
        return value[int(index)]
    return None


def _subrequests(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    requests = body.get("compositeRequest")
    if not isinstance(requests, list) or not all(isinstance(r, dict) for r in requests):
        raise bad_json("compositeRequest is required and must be a list")
    if not requests:
        raise bad_json("compositeRequest must hold at least one subrequest")
    names = [str(r.get("referenceId", "")) for r in requests]
    for request, name in zip(requests, names, strict=True):
        if not {"method", "url", "referenceId"} <= set(request):
            raise bad_json("method, url and referenceId are required in every subrequest")
        if not NAME.fullmatch(name) or names.count(name) > 1:
            message = (
                f"Provided referenceId ('{name}') must be unique, must start with a letter or a number, and it can "
                "contain only letters, numbers and underscores ('_')."
            )
            raise error(400, "INVALID_INPUT", message)
    return requests


def _too_many(requests: list[dict[str, Any]]) -> dict[str, Any] | None:
    """What a live org answers to 26 subrequests: 200 and one result without a name. Nothing is carried out."""
    heavy = sum(segments_of(str(request["url"]))[0] in ("composite", "query", "queryAll") for request in requests)
    if len(requests) <= MAX_CALLS and heavy <= MAX_HEAVY:
        return None
    limit = f"{MAX_CALLS} operations" if len(requests) > MAX_CALLS else f"{MAX_HEAVY} query or collection operations"
    problem = error(400, "LIMIT_EXCEEDED", f"The request can't contain more than {limit}.")
    return {**_result("", ApiAnswer(problem.status, problem.body())), "referenceId": None}


def _headers(given: Any) -> dict[str, str]:
    """The headers of a subrequest. Nothing of ours is inherited: the session is in the call already."""
    return {str(k).lower(): str(v) for k, v in given.items()} if isinstance(given, dict) else {}


def _result(name: str, answer: ApiAnswer) -> dict[str, Any]:
    return {
        "body": answer.body,
        "httpHeaders": dict(answer.headers),
        "httpStatusCode": answer.status,
        "referenceId": name,
    }


def _halted(name: str, message: str) -> dict[str, Any]:
    return _result(name, ApiAnswer(400, [{"errorCode": "PROCESSING_HALTED", "message": message}]))
