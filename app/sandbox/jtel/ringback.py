"""Where the Ringback is that the sandbox's jtel sends to, and how it sends."""

import time
from dataclasses import dataclass, field
from http import HTTPStatus

import requests

from app.sandbox.jtel.clock import local_now, stamp
from app.sandbox.jtel.forms import JtelRequest
from app.sandbox.jtel.store import Fields

TIMEOUT_SECONDS = 30.0
KEPT_CHARACTERS = 4000
CALLBACKS, CONNECTED, WAY_BACK = "/callbacks", "/calls/connected", "/jtel/callbacks"


@dataclass(frozen=True)
class RingbackAddress:
    """`url` without a path, jtel's secret and that of Salesforce's Flow. Without a secret nothing is sent."""

    url: str
    secret: str = field(default="", repr=False)
    flow_secret: str = field(default="", repr=False)

    def secret_for(self, path: str) -> str:
        """The secret that opens this path."""
        return self.flow_secret if path == WAY_BACK else self.secret


def post(ringback: RingbackAddress, path: str, request: JtelRequest) -> Fields:
    """Send, and answer what jtel's log says of it."""
    began = time.monotonic()
    line = log_line(path)
    try:
        line |= _answer(ringback, path, request)
    except requests.RequestException as problem:
        line["problem"] = f"no answer ({type(problem).__name__})"
    return {**line, "milliseconds": round((time.monotonic() - began) * 1000)}


def log_line(path: str, problem: str = "") -> Fields:
    """A line of the log without an answer."""
    return {"at": stamp(local_now()), "path": path, "status": None, "answer": "", "problem": problem}


def _answer(ringback: RingbackAddress, path: str, request: JtelRequest) -> Fields:
    headers = {"Authorization": f"Bearer {ringback.secret_for(path)}"}
    if request.content_type:
        headers["Content-Type"] = request.content_type
    with requests.Session() as http:
        http.trust_env = False
        url = f"{ringback.url}{path}{request.query}"
        answer = http.post(url, request.body, headers=headers, timeout=TIMEOUT_SECONDS, allow_redirects=False)
    status = answer.status_code
    said = {"status": status, "phrase": _phrase(status), "answer": answer.text[:KEPT_CHARACTERS]}
    return {**said, **_case(answer)}


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def _case(answer: requests.Response) -> Fields:
    """What the answer names of a Case."""
    try:
        body = answer.json()
    except ValueError:
        return {"problem": "the answer is no JSON"}
    named = body if isinstance(body, dict) else {}
    case = named.get("caseNumber") or named.get("caseId") or named.get("recordId")
    return {"said": named.get("status"), "case": case, "case_id": named.get("caseId")}
