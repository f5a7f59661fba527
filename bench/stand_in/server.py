"""HTTP by hand on asyncio: a server of the libraries costs more than the contenders that are measured."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from bench.stand_in.api import Answer, Api

CONTROL = "/stand-in/"
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)
_END = b"\r\n\r\n"
_HEAD = (
    "HTTP/1.1 {status} OK\r\nContent-Type: application/json;charset=UTF-8\r\n"
    "Sforce-Limit-Info: api-usage=1/1000000\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass
class Mood:
    """How the stand-in feels: it answers after `delay` seconds, or never (`hangs`), or says 503 (`away`)."""

    delay: float = 0.0
    hangs: bool = False
    away: bool = False


class StandIn:
    """The API, the mood, and what the bench asks: the counts and the external ids."""

    def __init__(self, address: str) -> None:
        self.api = Api(address)
        self.mood = Mood()

    def answer(self, method: str, target: str, raw: bytes) -> tuple[Answer, float | None]:
        """The answer, and after how many seconds it is given; none is never."""
        if target.startswith(CONTROL):
            return self._control(target.removeprefix(CONTROL), raw), 0.0
        mood = self.mood
        if mood.hangs:
            self.api.counts["unanswered"] += 1
            return Answer(503, None), None
        if mood.away:
            self.api.counts["refused"] += 1
            return Answer(503, [{"errorCode": "SERVER_UNAVAILABLE", "message": "away"}]), mood.delay
        return self.api.answer(method, target, _read(raw)), mood.delay

    def _control(self, what: str, raw: bytes) -> Answer:
        if what == "mood":
            self.mood = Mood(**json.loads(raw))
        elif what == "reset":
            self.api.org.reset()
            self.api.counts.clear()
        elif what == "external-ids":
            return Answer(200, self.api.org.external_ids())
        return Answer(200, {**self.api.counts, "cases": self.api.org.count("Case")})


def _read(raw: bytes) -> Any:
    if raw[:1] in (b"{", b"["):
        return json.loads(raw)
    return {name: values[0] for name, values in parse_qs(raw.decode()).items()}


class Connection(asyncio.Protocol):
    """One client. It sends its next request when it has its answer."""

    def __init__(self, stand_in: StandIn, later: Callable[[float, Callable[[], None]], object]) -> None:
        self._stand_in = stand_in
        self._later = later
        self._buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Part of asyncio's protocol."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Part of asyncio's protocol."""
        self._buffer += data
        head, end, rest = self._buffer.partition(_END)
        if not end:
            return
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if len(rest) < size:
            return
        self._buffer = rest[size:]
        method, target, _ = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        answer, delay = self._stand_in.answer(method, target, rest[:size])
        if delay is not None:
            raw = _written(answer)
            if delay:
                self._later(delay, lambda: self._transport.write(raw))
            else:
                self._transport.write(raw)


def _written(answer: Answer) -> bytes:
    body = json.dumps(answer.body, separators=(",", ":")).encode()
    return _HEAD.format(status=answer.status, length=len(body)).encode() + body


async def serve(port: int) -> None:
    """Answers until it is cancelled."""
    stand_in = StandIn(f"http://127.0.0.1:{port}")
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Connection(stand_in, loop.call_later), "127.0.0.1", port, backlog=1024, reuse_address=True
    )
    await server.serve_forever()
