"""Starts gunicorn with a Ringback that kills itself at a chosen point between two steps.

The file named by `CRASH_FILE` says where: `<runner> <number> <anything>`. `runner` is "web" (threads of requests and of
their attempts) or "engine" (the engine's). The first process in which it passes its `number`th point since the file was
written takes the file away, so that nobody else crashes, and dies as by kill -9. Without the file nothing happens.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from gunicorn.app.wsgiapp import run

from app.crm.salesforce import Client, SalesforceCrm
from app.delivery.attempt import Attempts
from app.delivery.engine.batch import Batch
from app.delivery.engine.engine import Engine
from app.delivery.pausing import Troubles
from app.ledger.heartbeats import Heartbeats
from app.ledger.ledger import Ledger
from app.ledger.pauses import Pauses
from app.ledger.queue import Queue
from app.ledger.writer import Writer
from app.mapping.rules import Rule
from app.web.answers import Answers

# What else a process does now and then is no step of an attempt.
THREADS = {"web": ("MainThread", "ThreadPoolExecutor", "courier-request"), "engine": ("engine", "courier-backlog")}
Seams = tuple[tuple[type[Any], tuple[str, ...]], ...]
# Before and after each call of these there is a point. Between two of them nothing changes that outlives the process.
EFFECTS: Seams = (
    # Its transaction runs in a thread of the writer, for others too: who dies before its commit has written nothing.
    (Writer, ("do",)),
    (Client, ("call",)),
    (Answers, ("respond",)),
)
# With `CRASH_POINTS=all` before and after each call of these, too.
STEPS: Seams = (
    (Ledger, ("receive", "change", "get", "of_event")),
    (Pauses, ("all", "begin", "end")),
    (Heartbeats, ("alive",)),
    (Rule, ("apply",)),
    (SalesforceCrm, ("create", "create_many", "find", "comment")),
    (Attempts, ("settle", "settle_late")),
    (Troubles, ("note", "end")),
    (Batch, ("deliver",)),
)


class Points:
    """Counts the points that this process passes."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._wish = ""
        self._count = 0
        # The engine looks for work all the time; its points count once it has found some.
        self.engine_works = False

    def passed(self, name: str) -> None:
        """The process is at this point; it may be its last."""
        try:
            wish = self._file.read_text()
        except FileNotFoundError:
            return
        runner, number, *_ = wish.split()
        thread = threading.current_thread().name
        if not thread.startswith(THREADS[runner]) or (runner == "engine" and not self.engine_works):
            return
        with self._lock:
            self._count = self._count + 1 if wish == self._wish else 1
            self._wish = wish
            if self._count == int(number) and self._taken():
                self._file.with_suffix(".done").write_text(name)
                os.kill(os.getpid(), signal.SIGKILL)

    def _taken(self) -> bool:
        """Whether the crash is ours: not another process's, and not called off meanwhile."""
        try:
            self._file.unlink()
        except FileNotFoundError:
            return False
        return True


def patch(points: Points, seams: Seams) -> None:
    """Puts a point before and after each of these."""
    for owner, names in seams:
        for name in names:
            setattr(owner, name, _between(getattr(owner, name), f"{owner.__name__}.{name}", points))
    _patch_engine(points)


def _between(step: Callable[..., Any], name: str, points: Points) -> Callable[..., Any]:
    @wraps(step)
    def patched(*arguments: Any, **named: Any) -> Any:
        points.passed(f"before {name}")
        result = step(*arguments, **named)
        points.passed(f"after {name}")
        return result

    return patched


def _patch_engine(points: Points) -> None:
    claim, run_once = Queue.claim, Engine.run_once

    @wraps(claim)
    def patched_claim(*arguments: Any, **named: Any) -> Any:
        claimed = claim(*arguments, **named)
        points.engine_works = points.engine_works or bool(claimed)
        points.passed("after Queue.claim")
        return claimed

    @wraps(run_once)
    def patched_run(self: Engine) -> int:
        points.engine_works = False
        return run_once(self)

    Queue.claim = patched_claim  # type: ignore[method-assign]
    Engine.run_once = patched_run  # type: ignore[method-assign]


if __name__ == "__main__":
    patch(Points(Path(os.environ["CRASH_FILE"])), EFFECTS + STEPS if os.environ["CRASH_POINTS"] == "all" else EFFECTS)
    sys.argv[0] = "gunicorn"
    run()
