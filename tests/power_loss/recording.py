"""Answers callbacks with the ledger's processes under strace."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from bench.contenders import ROOT, inherited_environment, ringback_environment
from bench.load import fresh_event, send
from bench.salesforce import RunningStandIn
from tests.power_loss.databases import Database
from tests.power_loss.trace import STRACE, Answer, Event, read_trace
from tests.support.process import children, free_port, wait_until_answers

_CONNECTIONS = 4
_FIRST = 1000
_REPEAT_EVERY, _OTHER_EVERY = 7, 11
_START_SECONDS, _END_SECONDS, _DRAIN_SECONDS = 60.0, 60.0, 60.0


@dataclass(frozen=True)
class Recording:
    """What was done to the files, what was answered, and which answers arrived."""

    events: list[Event]
    answers: list[Answer]
    arrived: Counter[str]


def record(database: Database, folder: Path, callbacks: int, careless: str | None) -> Recording:
    """Callbacks while Salesforce is there, is away, and is there again."""
    with RunningStandIn() as stand_in:
        with database.running(), _ringback(database, stand_in, folder, []) as url:
            send(url, 1, 1, 1)
        database.prepare()
        traces = folder / "traces"
        program = ["-m", "tests.power_loss.careless", careless] if careless else ["-m", "gunicorn"]
        traces_of_ringback = folder / "traces-of-ringback"
        traces_of_ringback.mkdir()
        under = [*STRACE, "-o", str(traces_of_ringback / "ringback")]
        with database.recording(traces), _ringback(database, stand_in, folder, under, program) as url:
            arrived = _load(url, stand_in, callbacks)
    events, answers = read_trace(traces_of_ringback, database.root)
    if traces.exists():
        events, _ = read_trace(traces, database.root)
    return Recording(events, answers, arrived)


def _load(url: str, stand_in: RunningStandIn, callbacks: int) -> Counter[str]:
    """A third each: Salesforce is there, away, and there again, when what waits is delivered beside new ones."""
    third, arrived = max(1, callbacks // 3), Counter[str]()
    for part, away in enumerate((False, True, False)):
        stand_in.mood(away=away)
        arrived += send(url, third, _CONNECTIONS, _FIRST + part * third, _mixed).statuses
    end = time.monotonic() + _DRAIN_SECONDS
    while stand_in.counts()["cases"] <= callbacks * (1 - 1 / _REPEAT_EVERY - 1 / _OTHER_EVERY):
        if time.monotonic() > end:
            break
        time.sleep(0.2)
    return arrived


def _mixed(number: int) -> str:
    """A new callback; now and then the one before again, or an earlier one with another text."""
    if number % _REPEAT_EVERY == 0:
        return fresh_event(number - 1)
    if number % _OTHER_EVERY == 0:
        return fresh_event(number - 2).replace("Offer 4711", f"Offer {number}")
    return fresh_event(number)


@contextmanager
def _ringback(
    database: Database, stand_in: RunningStandIn, folder: Path, under: list[str], program: list[str] | None = None
) -> Iterator[str]:
    port = free_port()
    environment = {
        **inherited_environment(),
        **ringback_environment(stand_in.port, database.url),
        "PORT": str(port),
        "RINGBACK_PACE": "0.05",
        "PYTHONPATH": str(ROOT),
    }
    command = [*under, sys.executable, *(program or ["-m", "gunicorn"]), "--config", "config/gunicorn.conf.py"]
    with (folder / "log").open("ab") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
    try:
        wait_until_answers(f"http://127.0.0.1:{port}/callbacks", process, _START_SECONDS)
        _wait_for_engine(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}/callbacks"
        # gunicorn ends politely, and strace with it.
        for pid in children(process.pid) if under else [process.pid]:
            os.kill(pid, signal.SIGTERM)
        process.wait(_END_SECONDS)
    finally:
        for pid in [*children(process.pid), process.pid] if process.poll() is None else []:
            os.kill(pid, signal.SIGKILL)
        process.wait()


def _wait_for_engine(url: str) -> None:
    """Nothing is queued before one runs."""
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end and requests.get(f"{url}/health/ready", timeout=10).status_code != 200:
        time.sleep(0.1)
