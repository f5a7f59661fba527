"""What only observes changes nothing of what becomes of a callback: no folder, no disk, no reader of the log."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import IO

import pytest
import requests

from tests.support.patience import PATIENCE
from tests.support.process import children, stop, wait_until_answers
from tests.support.ringback import ROOT, SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import scrape, total
from tests.support.started import Started

_EVENT_IDS = count(860_001)


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    """What the service has for TMPDIR."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


@contextmanager
def started(
    sandbox: RunningSandbox, log: Path, temporary: Path, output: int | None = None
) -> Iterator[RunningRingback]:
    """A service of two processes whose log goes to `output`, else to the file."""
    ringback = RunningRingback(sandbox.url, log, {"WEB_CONCURRENCY": "2", "TMPDIR": str(temporary)})
    if output is None:
        with ringback:
            yield ringback
        return
    arguments = ("--chdir", str(ROOT), "--config", "config/gunicorn.conf.py")
    with Connection(os.dup(output), readable=False) as log_to:
        ringback.process = Started("gunicorn", arguments, ringback.environment, ROOT, log_to)
    try:
        wait_until_answers(f"{ringback.url}/callbacks", ringback.process)
        yield ringback
    finally:
        stop(ringback.process)
        ringback.database.close()


def answers(ringback: RunningRingback, number: int = 6) -> list[str]:
    """What becomes of callbacks, each on a connection of its own so that both processes have some."""
    return [_answer(ringback) for _ in range(number)]


def _answer(ringback: RunningRingback) -> str:
    body, headers = {"AcdEventsID": next(_EVENT_IDS), "Caller": "4930901820"}, {"Authorization": f"Bearer {SECRET}"}
    try:
        answer = requests.post(f"{ringback.url}/callbacks", json=body, headers=headers, timeout=PATIENCE)
    except requests.RequestException as error:
        return type(error).__name__
    return str(answer.json()["status"])


def replace_processes(ringback: RunningRingback) -> None:
    """Those that serve are killed, and the master starts others."""
    old = children(ringback.process.pid)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while len(set(children(ringback.process.pid)) - set(old)) < 2:
        assert time.monotonic() < end, "no new processes"
        time.sleep(0.05)
    wait_until_answers(f"{ringback.url}/health/live", ringback.process)


def counted(ringback: RunningRingback) -> float:
    return total(scrape(ringback.url, SECRET), "ringback_callbacks_total", status="created")


def remove_all(folder: Path) -> None:
    for found in folder.iterdir():
        shutil.rmtree(found) if found.is_dir() else found.unlink()


def replace_by_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


@pytest.mark.parametrize("spoil", [remove_all, shutil.rmtree, replace_by_file])
def test_folder_of_temporary_files_goes(
    sandbox: RunningSandbox, tmp_path: Path, temporary: Path, spoil: Callable[[Path], None]
) -> None:
    """What cleans it up, or removes it, costs neither a callback nor a count, also of processes that start later."""
    with started(sandbox, tmp_path / "log", temporary) as ringback:
        before = answers(ringback)
        spoil(temporary)
        same = answers(ringback)
        replace_processes(ringback)
        new = answers(ringback)

        assert ["created"] * 18 == before + same + new
        assert 18 == counted(ringback)


@contextmanager
def mounted(folder: Path, size: str) -> Iterator[None]:
    """A small disk, where the machine lets one be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "ringback-test", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"no small disk can be mounted here: {done.stderr.strip()}")
    yield
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> None:
    with (folder / "ballast").open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.mark.parametrize("full_at_start", [False, True])
def test_disk_of_temporary_files_is_full(
    sandbox: RunningSandbox, tmp_path: Path, temporary: Path, full_at_start: bool
) -> None:
    """No process dies of it, and all is counted."""
    with mounted(temporary, "256k"):
        if full_at_start:
            fill(temporary)
        with started(sandbox, tmp_path / "log", temporary) as ringback:
            fill(temporary)
            replace_processes(ringback)
            first = children(ringback.process.pid)

            assert ["created"] * 6 == answers(ringback)
            assert 6 == counted(ringback)
            assert first == children(ringback.process.pid)


def hold(reading: int) -> None:
    """Nobody reads."""


@pytest.mark.parametrize(("spoil", "blocking"), [(os.close, True), (hold, True), (hold, False)])
def test_reader_of_the_log(
    sandbox: RunningSandbox, tmp_path: Path, temporary: Path, spoil: Callable[[int], None], blocking: bool
) -> None:
    """One that is gone, or that reads no more, keeps nobody waiting; new processes start all the same."""
    reading, writing = os.pipe()
    with started(sandbox, tmp_path / "log", temporary, writing) as ringback:
        os.set_blocking(writing, False)
        with suppress(BlockingIOError):
            while True:
                os.write(writing, b"\n" * 512)
        os.set_blocking(writing, blocking)
        spoil(reading)
        # The last one that has the other end is the service.
        os.close(writing)
        same = answers(ringback, 12)
        replace_processes(ringback)

        assert ["created"] * 18 == same + answers(ringback)
        assert 18 == counted(ringback)
    if spoil is hold:
        os.close(reading)


def device(_: Path) -> IO[bytes]:
    return Path("/dev/full").open("wb")


def read_only(folder: Path) -> IO[bytes]:
    (folder / "nothing").touch()
    return (folder / "nothing").open("rb")


@pytest.mark.parametrize("log_to", [device, read_only])
def test_log_that_cannot_be_written(
    sandbox: RunningSandbox, tmp_path: Path, temporary: Path, log_to: Callable[[Path], IO[bytes]]
) -> None:
    """A service starts and serves on a disk that is full for its log."""
    with log_to(tmp_path) as file, started(sandbox, tmp_path / "log", temporary, file.fileno()) as ringback:
        replace_processes(ringback)

        assert ["created"] * 6 == answers(ringback)


def test_no_log_at_all(sandbox: RunningSandbox, tmp_path: Path, temporary: Path) -> None:
    """As after `>&- 2>&-`: standard output and standard error are closed."""
    ringback = RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "2", "TMPDIR": str(temporary)})
    command = f"exec {sys.executable} -m gunicorn --config config/gunicorn.conf.py >&- 2>&-"
    ringback.process = subprocess.Popen(["bash", "-c", command], cwd=ROOT, env=ringback.environment)
    try:
        wait_until_answers(f"{ringback.url}/callbacks", ringback.process)
        replace_processes(ringback)
        assert ["created"] * 6 == answers(ringback)
    finally:
        stop(ringback.process)
        ringback.database.close()


def test_killed_service_leaves_nothing(sandbox: RunningSandbox, tmp_path: Path, temporary: Path) -> None:
    """A service that is killed leaves no file of metrics; what an older one has left goes when the next one starts."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    with started(sandbox, tmp_path / "log", temporary) as first:
        answers(first, 1)
        killed = [first.process.pid, *children(first.process.pid)]
        for pid in killed:
            os.kill(pid, signal.SIGKILL)
        first.process.wait()
    left = [found.name for found in temporary.iterdir()]
    old = temporary / f"ringback-metrics-{process.pid}-abc123"
    old.mkdir()
    (old / "counter_4711.db").write_bytes(bytes(65536))
    living = temporary / f"ringback-metrics-{os.getpid()}-abc123"
    living.mkdir()
    with started(sandbox, tmp_path / "log", temporary):
        swept = [found.name for found in temporary.iterdir()]

    assert [] == left
    assert [living.name] == swept
