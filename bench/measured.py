"""A Ringback with one worker on a sandbox, whose CPU is measured."""

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import requests

from bench.processes import cpu_ms
from tests.support.process import children
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

WARM_UP = 100


@dataclass
class Measured:
    """`cpu` is what its worker has taken for each callback, in each round."""

    ringback: RunningRingback
    http: requests.Session = field(default_factory=requests.Session)
    event_id: int = 0
    cpu: list[float] = field(default_factory=list)

    def send(self, count: int) -> None:
        """New callbacks, one after the other on one connection."""
        headers = {"Authorization": f"Bearer {SECRET}"}
        for _ in range(count):
            self.event_id += 1
            body = {"AcdEventsID": self.event_id, "CallbackNumber": "4930901820", "Subject": "Offer"}
            answer = self.http.post(f"{self.ringback.url}/callbacks", json=body, headers=headers, timeout=30)
            assert answer.json()["status"] == "created", answer.text

    def measure(self, count: int) -> None:
        """The CPU that its worker takes for `count` callbacks, each."""
        pids = children(self.ringback.process.pid)
        before = cpu_ms(*pids)
        self.send(count)
        self.cpu.append((cpu_ms(*pids) - before) / count)


def start(stack: ExitStack) -> Measured:
    """It ends with the stack."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="cost-")))
    sandbox = stack.enter_context(RunningSandbox(folder / "sandbox.db"))
    environment = {"WEB_CONCURRENCY": "1", "RINGBACK_PACE": "1"}
    return Measured(stack.enter_context(RunningRingback(sandbox.url, folder / "log", environment)))
