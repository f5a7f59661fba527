"""Lines reach whoever takes them; one who does not costs lines, and neither an error nor time."""

import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO, cast

import pytest
import structlog

from app.observability import configure_logging
from app.observability.output import Output

# Far more than is waited, far less than for ever.
SOON = 40.0


@contextmanager
def standing_in(stream: "TextIO | None") -> Iterator[None]:
    """It is standard output. pytest puts its own there before each test, so no fixture can do this."""
    before, sys.stdout = sys.stdout, cast(TextIO, stream)
    try:
        yield
    finally:
        sys.stdout = before


@contextmanager
def pipe() -> Iterator[tuple[int, int]]:
    """Standard output is a pipe: its end to read from, and the one to write to."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream, standing_in(stream):
        yield reading, writing
    with suppress(OSError):
        os.close(reading)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB, where the machine lets one be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", "size=64k", "ringback-test", str(tmp_path)]
    mounted = subprocess.run(command, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield tmp_path
    subprocess.run(["umount", "--lazy", str(tmp_path)], check=True)


def fill(file: int) -> None:
    """Until it takes no more; who shares it waits as before."""
    os.set_blocking(file, False)
    for size in (4096, 1):
        with suppress(BlockingIOError):
            while True:
                os.write(file, b"x" * size)
    os.set_blocking(file, True)


def drain(file: int) -> bytes:
    """All that has come."""
    os.set_blocking(file, False)
    read = b""
    with suppress(BlockingIOError):
        while part := os.read(file, 65536):
            read += part
    return read


def test_lines() -> None:
    """Each line comes at once, whole and in order."""
    sent = [f"{number} {'x' * 9000}" for number in range(5)]
    with pipe() as (reading, _):
        output = Output("stdout")
        lost = [output.write(line) for line in sent]
        read = drain(reading).decode()

    assert [0] * 5 == lost
    assert sent == read.splitlines()


def test_reader_that_hangs() -> None:
    """It is waited for once and only for a moment; when it reads again, the number of lost lines is known."""
    with pipe() as (reading, writing):
        output = Output("stdout")
        output.write("before")
        fill(writing)
        began = time.monotonic()
        for _ in range(200):
            output.write("lost")
        seconds, blocking = time.monotonic() - began, os.get_blocking(writing)
        drain(reading)
        lost = [output.write("after"), output.write("after that")]
        read = drain(reading)

    assert seconds < SOON
    assert blocking
    assert [200, 0] == lost
    assert b"after\nafter that\n" == read


def test_reader_that_is_slow() -> None:
    """One that takes a line now and then does not hold up the writers for as long: waiting in all has an end."""
    with pipe() as (reading, writing):
        output = Output("stdout")
        fill(writing)
        done = threading.Event()

        def read_slowly() -> None:
            while not done.wait(0.1):
                os.read(reading, 4096)

        reader = threading.Thread(target=read_slowly)
        reader.start()
        began = time.monotonic()
        with ThreadPoolExecutor(8) as pool:
            lost = sum(pool.map(lambda _: output.write("x" * 4000), range(100)))
        seconds = time.monotonic() - began
        done.set()
        reader.join()
        read = drain(reading)
        lost += output.write("after")

    assert seconds < SOON
    assert lost > 0
    assert read.endswith(b"x\n")


@pytest.fixture
def plain_user() -> Iterator[None]:
    """A user who may not open what belongs to root, as the pipes of this test do."""
    if os.geteuid() != 0:
        pytest.skip("only root can be somebody else")
    os.seteuid(65534)
    yield
    os.seteuid(0)


@contextmanager
def foreign_pipe() -> Iterator[tuple[int, int]]:
    """A pipe of another user: nobody can open it anew, to be told that it has no room."""
    os.seteuid(0)
    with pipe() as ends:
        os.fchmod(ends[1], 0o600)
        os.seteuid(65534)
        yield ends


@pytest.mark.usefixtures("plain_user")
def test_lines_to_the_pipe_of_another_user() -> None:
    """They come at once, whole and in order; one that hangs costs lines; a fork writes as well."""
    with foreign_pipe() as (reading, writing):
        output = Output("stdout")
        before = [output.write(f"{number} {'x' * 9000}") for number in range(5)]
        lines = drain(reading).decode().splitlines()
        fill(writing)
        began = time.monotonic()
        for _ in range(200):
            output.write("lost")
        seconds = time.monotonic() - began
        drain(reading)
        lost = output.write("after")
        read = drain(reading)
        if not (child := os.fork()):
            output.write("child")
            signal.pause()
        came = select.select([reading], [], [], SOON)[0]
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        read += drain(reading)

    assert [0] * 5 == before
    assert [f"{number} {'x' * 9000}" for number in range(5)] == lines
    assert seconds < SOON
    assert 200 == lost
    assert came
    assert b"after\nchild\n" == read


@pytest.mark.usefixtures("plain_user")
def test_two_that_see_the_same_room() -> None:
    """Where a pipe cannot be told not to wait, a writer who comes too late does not hang."""
    with foreign_pipe() as (reading, writing):
        outputs = [Output("stdout") for _ in range(8)]
        for output in outputs:
            output.write("before")
        fill(writing)
        threads = [threading.Thread(target=output.write, args=("x" * 4000,), daemon=True) for output in outputs]
        for thread in threads:
            thread.start()
        os.read(reading, 4096)
        for thread in threads:
            thread.join(SOON)
        hanging = [thread for thread in threads if thread.is_alive()]

    assert [] == hanging


def test_socket_that_hangs() -> None:
    """The journal of systemd is a socket, and may hang as well."""
    ours, theirs = socket.socketpair()
    with ours, theirs, os.fdopen(os.dup(ours.fileno()), "w") as stream, standing_in(stream):
        output = Output("stdout")
        output.write("before")
        fill(ours.fileno())
        began = time.monotonic()
        for _ in range(100):
            output.write("lost")
        seconds = time.monotonic() - began
        read = drain(theirs.fileno())
        lost = output.write("after")

    assert seconds < SOON
    assert read.startswith(b"before\n")
    assert 100 == lost


def test_reader_that_is_gone() -> None:
    """Nothing is raised."""
    with pipe() as (reading, _):
        output = Output("stdout")
        os.close(reading)
        lost = [output.write("lost") for _ in range(2)]

    assert [0, 0] == lost


@pytest.mark.parametrize("closed", [False, True])
def test_stream_that_is_none_or_closed(closed: bool, tmp_path: Path) -> None:
    """As after `>&-`."""
    with (tmp_path / "log").open("w") as stream:
        pass
    with standing_in(stream if closed else None):
        configure_logging("auto")
        structlog.get_logger().info("lost")
        logging.getLogger("some.library").error("lost")
        output = Output("stdout")
        said = output.is_terminal(), output.write("lost")

    assert (False, 0) == said


def test_descriptor_that_is_another_file_by_now(tmp_path: Path) -> None:
    """Who closes standard output and opens a file gets its number: no line may go there."""
    with pipe() as (reading, writing):
        output = Output("stdout")
        output.write("before")
        other = os.open(tmp_path / "ledger.db", os.O_RDWR | os.O_CREAT)
        os.dup2(other, writing)
        os.close(other)
        output.write("after")
        read = drain(reading)

    assert b"" == (tmp_path / "ledger.db").read_bytes()
    assert b"before\nafter\n" == read


def test_device_that_is_full() -> None:
    """Nothing is raised."""
    with os.fdopen(os.open("/dev/full", os.O_WRONLY), "w") as stream, standing_in(stream):
        output = Output("stdout")
        lost = [output.write("lost") for _ in range(3)]

    assert [0] * 3 == lost


def test_full_disk(disk: Path) -> None:
    """What was cut off does not spoil the first line that goes through again."""
    ballast = disk / "ballast"
    ballast.write_bytes(bytes(57_344))
    with (disk / "log").open("a") as stream, standing_in(stream):
        output = Output("stdout")
        for number in range(100):
            output.write(json.dumps({"number": number, "more": "x" * 300}))
        ballast.unlink()
        lost = output.write(json.dumps({"number": 100}))
    lines = (disk / "log").read_text().splitlines()
    whole = [json.loads(line)["number"] for line in lines if line.endswith("}")]

    assert 100 - (len(whole) - 1) == lost > 0
    assert {"number": 100} == json.loads(lines[-1])
    assert len(lines) - len(whole) <= 1


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_letters_that_a_stream_has_not(encoding: str, tmp_path: Path) -> None:
    """They are written in another way."""
    with (tmp_path / "log").open("w", encoding=encoding) as stream, standing_in(stream):
        Output("stdout").write("Rückruf … 📞 \ud800")

    assert "ckruf" in (tmp_path / "log").read_text(encoding)


def test_lost_lines_are_told() -> None:
    """When lines go through again, one says how many did not."""
    with pipe() as (reading, writing):
        configure_logging("json")
        log = structlog.get_logger()
        log.info("before")
        fill(writing)
        for _ in range(7):
            log.info("lost")
        drain(reading)
        log.info("after")
        lines = [json.loads(line) for line in drain(reading).splitlines()]

    assert [("after", None), ("lines_lost", 7)] == [(line["event"], line.get("lines")) for line in lines]
