"""A jtel REST API of a few lines over a real socket. It answers what it is told to, hangs, breaks off, and counts."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from app.jtel.access import JtelAccess

TOKEN = "a-token-of-jtel"
BASE = "/rest/v1.0/1"
HTML = b"<html><body>Sign in, please</body></html>"


@dataclass(frozen=True)
class Asked:
    """What came. `path` is that below the client's address."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What goes out. `cut` sends the head and so many bytes, and hangs up; `hang` waits before them until the end."""

    body: bytes | Iterable[bytes] = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int | None = None
    hang: bool = False
    hang_up: bool = False


Reply = Told | Callable[[Asked], Told]


def listed(records: Sequence[Mapping[str, Any]], **envelope: Any) -> Told:
    """A list in the documented envelope."""
    whole = {"filter": "", "limitStart": 0, "limitPageSize": -1, "records": list(records), "count": len(records)}
    return as_json({**whole, "orderBy": "ID", "ascending": True, "status": 200, **envelope})


def single(record: Mapping[str, Any]) -> Told:
    """One record in its envelope."""
    return as_json({"records": [record], "count": 1, "status": 200})


def as_json(answer: Any, status: int = 200) -> Told:
    """Any JSON."""
    return Told(json.dumps(answer).encode(), status, {"Content-Type": "application/json"})


def failure(status: int, error: str) -> Told:
    """An error as jtel tells it."""
    return as_json({"status": status, "error": error}, status)


def events_stream(records: Iterable[Mapping[str, Any]], count: int) -> Told:
    """A list that is written while it is sent."""

    def pieces() -> Iterable[bytes]:
        yield b'{"filter":"","limitStart":0,"limitPageSize":-1,"records":['
        for number, record in enumerate(records):
            yield (b"," if number else b"") + json.dumps(record).encode()
        yield b'],"count":%d,"orderBy":"dtCreated","ascending":true,"status":200}' % count

    return Told(pieces(), headers={"Content-Type": "application/json"})


class JtelServer:
    """`replies` by "METHOD /path" below the base; what is not there is answered 404 without a body, as jtel does.

    A list of replies goes out one by one, the last again and again.
    """

    def __init__(self, replies: Mapping[str, Reply | list[Reply]] | None = None) -> None:
        self.replies: dict[str, Reply | list[Reply]] = dict(replies or {})
        self.asked: list[Asked] = []
        self.token = TOKEN
        self._end = threading.Event()
        self._lock = threading.Lock()
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server._serve(self)

            do_POST = do_PATCH = do_DELETE = do_GET  # noqa: N815

            def log_message(self, *_: Any) -> None:
                return

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                """Who asks may hang up."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    @property
    def access(self) -> JtelAccess:
        """What a client needs."""
        return JtelAccess(self.url, TOKEN, "1")

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead here, for source `default`."""
        return {"JTEL_URL": self.url, "JTEL_TOKEN": TOKEN, "JTEL_CLIENTS_ID": "1"}

    def count(self, call: str) -> int:
        """How often it was asked "METHOD /path"."""
        return Counter(f"{one.method} {one.path}" for one in self.asked)[call]

    def wait(self) -> None:
        """Returns when the server ends: a reply may stop here in its middle."""
        self._end.wait()

    def pause(self, seconds: float) -> bytes:
        """Waits for a moment between two pieces of a reply; there is no more when the server ends."""
        return b"" if self._end.wait(seconds) else b" "

    def __enter__(self) -> "JtelServer":
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        raw = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        path = parts.path.removeprefix(BASE)
        asked = Asked(
            handler.command, path, dict(parse_qsl(parts.query)), json.loads(raw or b"null"), dict(handler.headers)
        )
        with self._lock:
            self.asked.append(asked)
            told = self._reply(asked)
        self._tell(handler, told)

    def _reply(self, asked: Asked) -> Told:
        if asked.headers.get("Authorization") != f"Bearer {self.token}":
            return failure(401, "Unauthorized")
        reply = self.replies.get(f"{asked.method} {asked.path}", Told(status=404))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return reply(asked) if callable(reply) else reply

    def _tell(self, handler: BaseHTTPRequestHandler, told: Told) -> None:
        handler.close_connection = True
        if told.hang_up:
            return
        if told.hang:
            self._end.wait()
        handler.send_response(told.status)
        for name, value in told.headers.items():
            handler.send_header(name, value)
        whole = told.body if isinstance(told.body, bytes) else None
        if whole is not None:
            handler.send_header("Content-Length", str(len(whole)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        if whole is not None:
            handler.wfile.write(whole[: told.cut])
        else:
            for piece in told.body:
                handler.wfile.write(piece)  # type: ignore[arg-type]
        handler.wfile.flush()
