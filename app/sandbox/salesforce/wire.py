"""The faults below HTTP's meaning: slow, cut and mangled answers. WSGI middleware around the whole sandbox."""

import errno
import os
import socket
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Set
from typing import Any, NoReturn
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from app.sandbox.salesforce.calls import HEADERS, LoggedCall
from app.sandbox.salesforce.errors import SalesforceError
from app.sandbox.salesforce.faults import REQUEST, InjectedFault
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.sessions import NO_REST, VOID, token_in

ERROR = "sandbox.error"
"""Where the REST resources find an error they are to answer with."""
MAX_URI = 16_384
JTEL = "/rest/"
PLAYED = ("/services/", JTEL)
"""Where faults strike and calls are counted: the APIs of Salesforce and of jtel."""
HTML = b"""<html><head><title>Salesforce</title></head><body>
<h1>We are down for maintenance.</h1><p>We are setting things up. Please try again in a few minutes.</p></body></html>
"""
PROXY_HTML = b"""<html><head><title>502 Bad Gateway</title></head><body>
<center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>
"""


class Wire:
    """Runs the app, unless a fault comes between; keeps the log of calls."""

    def __init__(self, app: WSGIApplication, instance: Instance) -> None:
        self._app = app
        self._instance = instance

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        target = _without_leading_slashes(environ)
        if not target.startswith(PLAYED):
            return self._app(environ, start_response)
        if len(target) > MAX_URI:
            return _page(environ, start_response, InjectedFault("empty", {"status": 414}))
        period = self._instance.calls.period
        size = int(environ.get("CONTENT_LENGTH") or 0)
        faults = self._instance.faults.take(environ["REQUEST_METHOD"], target, REQUEST, size=size)
        status: list[int] = []
        hang = next((fault for fault in faults if fault.name == "hang"), None)
        if hang:
            self._end_session(environ, {fault.name for fault in faults})
            # No answer will come, so the log need not wait for one: who clears the faults finds the call there.
            self._log(environ, target, status, faults, period)
            _hang(environ, hang)

        def start(line: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            status.append(int(line.split()[0]))
            return start_response(line, headers, exc_info)

        try:
            return self._answer(environ, start, faults)
        finally:
            self._log(environ, target, status, faults, period)

    def _answer(self, environ: WSGIEnvironment, start: Any, faults: list[InjectedFault]) -> Iterable[bytes]:
        for fault in faults:
            if fault.name == "latency":
                time.sleep(fault.parameters["seconds"])
        names = {fault.name: fault for fault in faults}
        self._end_session(environ, names.keys())
        if "reset_before" in names:
            reset(environ)
        for name in ("html", "empty", "too_large"):
            if name in names:
                return _page(environ, start, names[name])
        environ[ERROR] = _first_error(faults)
        body = self._app(environ, start if "reset_after" not in names else _nowhere)
        if "reset_after" in names:
            b"".join(body)
            reset(environ)
        if "cut" in names:
            return _cut(environ, body, names["cut"].parameters["after"])
        return _trickle(body, names["slow_body"].parameters["seconds"]) if "slow_body" in names else body

    def _end_session(self, environ: WSGIEnvironment, names: Set[str]) -> None:
        state = VOID if "expired_session" in names else NO_REST if "void_session" in names else None
        if state is None:
            return
        try:
            self._instance.sessions.end(token_in(environ.get("HTTP_AUTHORIZATION")), state)
        except SalesforceError:
            return  # no session was presented; the resource will say so

    def _log(
        self, environ: WSGIEnvironment, target: str, status: list[int], faults: list[InjectedFault], period: int
    ) -> None:
        headers = {name: environ.get("HTTP_" + name.upper().replace("-", "_")) for name in HEADERS}
        headers["content-type"] = environ.get("CONTENT_TYPE")
        self._instance.calls.add(
            LoggedCall(
                environ["REQUEST_METHOD"],
                target,
                status[0] if status else None,
                {name: value for name, value in headers.items() if value},
                [fault.name for fault in faults],
            ),
            period,
        )


def raw_target(environ: WSGIEnvironment) -> str:
    """Path and query as they were on the wire: an escaped slash in an external id must stay one."""
    target = str(environ.get("RAW_URI") or environ["PATH_INFO"])
    return "/" + target.split("://", 1)[1].partition("/")[2] if "://" in target.partition("?")[0] else target


def _without_leading_slashes(environ: WSGIEnvironment) -> str:
    """The target; `//services/…`, which clients make of an address with a slash at its end, is `/services/…`."""
    target = raw_target(environ)
    if not target.startswith("//"):
        return target
    # The resources read the address from the environment again.
    environ["RAW_URI"] = "/" + target.lstrip("/")
    environ["PATH_INFO"] = "/" + environ["PATH_INFO"].lstrip("/")
    return raw_target(environ)


def _hang(environ: WSGIEnvironment, hang: InjectedFault) -> NoReturn:
    """Keep the caller waiting, then cut the connection: a call that is released must not be carried out after all."""
    hang.released.wait(hang.parameters["seconds"])
    reset(environ)


def reset(environ: WSGIEnvironment) -> NoReturn:
    """Cut the connection with a TCP reset; the server drops the request without a word."""
    # The client has sent its whole request by then: it meets the reset while it waits for the answer.
    environ["wsgi.input"].read()
    connection: socket.socket = environ["gunicorn.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # The server still wants to close its socket itself, so another takes the place of this one.
    with socket.socket() as spare:
        os.dup2(spare.fileno(), connection.fileno())
    raise ConnectionResetError(errno.ECONNRESET, "a fault of the sandbox")


def _cut(environ: WSGIEnvironment, body: Iterable[bytes], after: int) -> Iterator[bytes]:
    """The answer up to so many bytes, and then a reset in its midst."""
    for part in body:
        yield part[:after]
        after -= len(part)
        if after <= 0:
            break
    reset(environ)


def _page(environ: WSGIEnvironment, start: Any, fault: InjectedFault) -> Iterable[bytes]:
    page = PROXY_HTML if raw_target(environ).startswith(JTEL) else HTML
    body = page if fault.name == "html" else b""
    headers = [("Content-Length", str(len(body)))]
    if body:
        headers.append(("Content-Type", "text/html; charset=UTF-8"))
    start(f"{fault.parameters['status']} Fault", headers)
    return [body]


def _first_error(faults: list[InjectedFault]) -> SalesforceError | None:
    return next((fault.error for fault in faults if fault.error), None)


def _nowhere(_status: str, _headers: list[tuple[str, str]], _exc_info: Any = None) -> Callable[[bytes], object]:
    return lambda _data: None


def _trickle(body: Iterable[bytes], seconds: float) -> Iterator[bytes]:
    data = b"".join(body)
    for byte in data:
        time.sleep(seconds / len(data))
        yield bytes([byte])
