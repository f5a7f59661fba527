"""`ringback run` in a folder without data, and once more where its data were opened to others meanwhile."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.cli.test_private_files import readable_by_others
from tests.cli.test_run import ports, read_until, running
from tests.support.patience import PATIENCE


@dataclass
class Start:
    """What was seen of a start: while it ran, and what it said at its end."""

    secret: str
    status: str
    names: set[str]
    readable_by_others: list[str]
    said_at_its_end: str


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> list[Start]:
    """Both, of the same callback."""
    folder = tmp_path_factory.mktemp("starts")
    with _open_mask():
        first = _start(folder)
        for name in ("ringback.db", "sandbox.db", "secret"):
            (folder / "var" / name).chmod(0o644)
        (folder / "var").chmod(0o755)
        return [first, _start(folder)]


@contextmanager
def _open_mask() -> Iterator[None]:
    """As most machines have it, or worse."""
    before = os.umask(0)
    yield
    os.umask(before)


def _start(folder: Path) -> Start:
    environment = ports()
    with running(folder, environment) as process, requests.Session() as browser:
        secret = read_until(process, "Ctrl-C").partition("Bearer ")[2].partition("'")[0]
        answer = browser.post(
            f"http://127.0.0.1:{environment['PORT']}/callbacks",
            json={"AcdEventsID": 1, "Caller": "4930901820"},
            headers={"Authorization": f"Bearer {secret}"},
            timeout=PATIENCE,
        )
        names = {path.name for path in (folder / "var").iterdir()}
        readable = readable_by_others(folder)
        process.send_signal(signal.SIGINT)
        said = read_until(process, "never")
    return Start(secret, answer.json()["status"], names, readable, said)


def test_secret_and_cases_outlive_it(starts: list[Start]) -> None:
    """The made-up secret and the sandbox's data."""
    assert ["created", "existing"] == [start.status for start in starts]
    assert starts[0].secret == starts[1].secret


@pytest.mark.parametrize("place", [0, 1], ids=["new", "old"])
def test_nothing_is_readable_by_others(starts: list[Start], place: int) -> None:
    """Ledger, journal, the sandbox's records and the made-up secret, while it runs."""
    journals = {"ringback.db-wal", "ringback.db-shm", "sandbox.db-wal"}

    assert {"secret", "ringback.db", "sandbox.db", *journals} <= starts[place].names
    assert [] == starts[place].readable_by_others


def test_an_open_connection_keeps_nobody_waiting(starts: list[Start]) -> None:
    """A browser that has asked something and stays connected while somebody presses Ctrl-C: nothing is under way."""
    assert [False, False] == ["finishing_requests" in start.said_at_its_end for start in starts]
    assert all("Ringback ends." in start.said_at_its_end for start in starts)
