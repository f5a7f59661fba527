"""The way of one created callback: which files of `app/` it enters in all threads, and how often it changes the file.

A change is a call into another file than the last call of the same thread was in. The sandbox is no part of the way.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import CodeType
from typing import Any
from unittest.mock import patch

from tests.support.ringback import SECRET
from tests.support.sandbox import RunningSandbox

# It needs Python 3.12 or newer.
_MONITORING: Any = vars(sys)["monitoring"]
# So many come before, so that what is made once is there.
WARM_UP = 5
# Nobody enters a file any more: what goes on behind the answer is over.
QUIET_SECONDS = 0.5


@dataclass(frozen=True)
class Step:
    """A thread enters a file, by this function. `file` is below `app/`."""

    thread: str
    file: str
    function: str


@dataclass
class Way:
    """Notes the steps of all threads, in the order in which they happen."""

    root: str
    steps: list[Step] = field(default_factory=list)
    touched: float = 0.0
    _files: dict[str, str] = field(default_factory=dict)

    def enter(self, code: CodeType, _: int) -> Any:
        """A function begins in the running thread."""
        if not code.co_filename.startswith(self.root):
            return _MONITORING.DISABLE
        self.touched = time.monotonic()
        thread = threading.current_thread().name
        self.note(Step(thread, code.co_filename.removeprefix(self.root), code.co_qualname))
        return None

    @property
    def files(self) -> list[str]:
        """Each once, in the order in which they are entered."""
        return list(dict.fromkeys(step.file for step in self.steps))

    def note(self, step: Step) -> None:
        """Keeps the step if its thread was in another file before."""
        if self._files.get(step.thread) != step.file:
            self._files[step.thread] = step.file
            self.steps.append(step)


def trace() -> Way:
    """Sends one callback after some others, and notes its way."""
    with (
        tempfile.TemporaryDirectory(prefix="path-") as folder,
        RunningSandbox() as sandbox,
        patch.dict(os.environ, _environment(Path(folder), sandbox.port)),
        _silence(),
    ):
        import app

        client = app.create_app().test_client()
        for event_id in range(1, WARM_UP + 1):
            _send(client, event_id)
        with _watched(str(Path(app.__file__).parent) + "/") as way:
            _send(client, WARM_UP + 1)
            while time.monotonic() - way.touched < QUIET_SECONDS:
                time.sleep(QUIET_SECONDS / 10)
    return way


def _environment(folder: Path, sandbox_port: int) -> dict[str, str]:
    return {
        "RINGBACK_CRM": "sandbox",
        "SANDBOX_PORT": str(sandbox_port),
        "RINGBACK_SECRET": SECRET,
        "RINGBACK_LOG_FORMAT": "json",
        "RINGBACK_CHECK_CRM": "false",
        "DATABASE_URL": f"sqlite:///{folder / 'ringback.db'}",
    }


def _send(client: Any, event_id: int) -> None:
    callback = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Subject": "Offer"}
    answer = client.post("/callbacks", json=callback, headers={"Authorization": f"Bearer {SECRET}"})
    assert answer.json["status"] == "created", answer.json


@contextmanager
def _watched(root: str) -> Iterator[Way]:
    way, tool, start = Way(root), _MONITORING.PROFILER_ID, _MONITORING.events.PY_START
    _MONITORING.use_tool_id(tool, "path")
    _MONITORING.register_callback(tool, start, way.enter)
    _MONITORING.set_events(tool, start)
    try:
        yield way
    finally:
        _MONITORING.set_events(tool, _MONITORING.events.NO_EVENTS)
        _MONITORING.free_tool_id(tool)


@contextmanager
def _silence() -> Iterator[None]:
    with Path(os.devnull).open("w") as nothing, redirect_stdout(nothing):
        yield


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints the way and its length."""
    parser = argparse.ArgumentParser(prog="python -m bench.path", description=__doc__)
    parser.add_argument("--json", action="store_true", help="for programs")
    chosen = parser.parse_args(arguments)
    way = trace()
    if chosen.json:
        steps = [asdict(step) for step in way.steps]
        print(json.dumps({"files": len(way.files), "changes": len(steps), "entered": way.files, "steps": steps}))
        return
    for number, step in enumerate(way.steps, 1):
        print(f"{number:4} {step.thread:20} {step.file:40} {step.function}")
    print(f"files={len(way.files)} changes={len(way.steps)}")


if __name__ == "__main__":
    main()
