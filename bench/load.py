"""So many callbacks by so many connections, and every answer: where wrk knows only averages."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bench.wrk import FOLDER, SECRET

_TEMPLATE = (FOLDER / "callback.json").read_text()
_PATIENCE = 60.0
Write = Callable[[int], str]


@dataclass
class Answers:
    """What came back. `seconds` are all answers' times; `reasons` are those of the answers that were no 200."""

    statuses: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    failures: int = 0
    silent: int = 0

    def summary(self) -> dict[str, object]:
        """For the report."""
        return {
            "answers": len(self.seconds),
            "failures": self.failures,
            "silent": self.silent,
            "worst_s": max(self.seconds, default=0.0),
            "statuses": dict(self.statuses),
            "reasons": dict(self.reasons),
        }


def fresh_event(event_id: int) -> str:
    """A callback with an event id of its own."""
    return _TEMPLATE.replace("EVENT_ID", str(event_id))


def other_content(event_id: int) -> Write:
    """Callbacks of one event, each with another text."""
    return lambda number: _TEMPLATE.replace("EVENT_ID", str(event_id)).replace("Offer 4711", f"Offer {number}")


def send(url: str, count: int, connections: int, first: int, write: Write = fresh_event) -> Answers:
    """Sends callbacks number `first` to `first + count - 1`, as fast as they are answered."""
    return asyncio.run(_send(url, iter(range(first, first + count)), connections, write))


async def _send(url: str, numbers: Iterator[int], connections: int, write: Write) -> Answers:
    answers = Answers()
    await asyncio.gather(*(_Client(url, write, answers).run(numbers) for _ in range(connections)))
    return answers


class _Client:
    """One connection, opened anew when it breaks."""

    def __init__(self, url: str, write: Write, answers: Answers) -> None:
        self._address = urlsplit(url)
        self._write = write
        self._answers = answers

    async def run(self, numbers: Iterator[int]) -> None:
        while True:
            reader, writer = await asyncio.open_connection(self._address.hostname, self._address.port)
            try:
                for number in numbers:
                    async with asyncio.timeout(_PATIENCE):
                        await self._ask(reader, writer, self._write(number).encode())
            except (OSError, EOFError, TimeoutError):
                self._answers.silent += 1
                continue
            finally:
                writer.close()
            return

    async def _ask(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> None:
        began = time.monotonic()
        head = (
            f"POST {self._address.path} HTTP/1.1\r\nHost: {self._address.netloc}\r\nAuthorization: Bearer {SECRET}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode() + body)
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        length = next(int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:"))
        said = json.loads(await reader.readexactly(length))
        self._answers.seconds.append(time.monotonic() - began)
        self._answers.statuses[said.get("status", "")] += 1
        if " 200 " not in status:
            self._answers.failures += 1
            self._answers.reasons[said.get("reason", "")] += 1
