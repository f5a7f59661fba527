"""`ringback run` in a folder without data, and once more where its data were opened to others meanwhile."""

import signal
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.cli.test_private_files import readable_by_others
from tests.cli.trials import Trial, pasted, ringback, running, unread
from tests.support.patience import PATIENCE

# As most machines have it, or worse.
OPEN_MASK = 0
EVENT = {"AcdEventsID": 4711, "Caller": "4930901820"}


@dataclass
class Start:
    """What was seen of a start: while it ran, and when it had ended."""

    secret: str
    answer: str
    names: set[str]
    readable_by_others: list[str]
    trial: Trial


@pytest.fixture(scope="module")
def starts(tmp_path_factory: pytest.TempPathFactory) -> list[Start]:
    """Both, of the same callback."""
    folder = tmp_path_factory.mktemp("starts")
    first = _first(folder)
    for name in ("ringback.db", "sandbox.db", "secret"):
        (folder / "var" / name).chmod(0o644)
    (folder / "var").chmod(0o755)
    return [first, _second(folder)]


def _first(folder: Path) -> Start:
    """Of one whose greeting cannot be written."""
    with unread(folder, OPEN_MASK) as trial:
        end = time.monotonic() + PATIENCE
        # It is noted before it greets.
        while not list((folder / "var").glob("running-*.json")):
            assert trial.process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.05)
        secret = (folder / "var" / "secret").read_text(encoding="utf-8")
        url, head = f"http://127.0.0.1:{trial.environment['PORT']}/callbacks", {"Authorization": f"Bearer {secret}"}
        answer = requests.post(url, json=EVENT, headers=head, timeout=PATIENCE).text
        start = _seen(trial, secret, answer)
        assert 0 == trial.end(signal.SIGTERM)
    return start


def _second(folder: Path) -> Start:
    """Of one at another address with its own number of processes, while a browser stays connected."""
    with (
        running(folder, {"WEB_CONCURRENCY": ""}, ["--host", "::1"], OPEN_MASK) as trial,
        requests.Session() as browser,
    ):
        said = trial.read_until("Ctrl-C")
        answer = pasted(said)
        browser.get(f"http://[::1]:{trial.environment['PORT']}/health/live", timeout=PATIENCE)
        start = _seen(trial, said.partition("Bearer ")[2].partition("'")[0], answer)
        assert 0 == trial.end(signal.SIGINT)
    return start


def _seen(trial: Trial, secret: str, answer: str) -> Start:
    names = {path.name for path in (trial.folder / "var").iterdir()}
    return Start(secret, answer, names, readable_by_others(trial.folder), trial)


def test_secret_and_cases_outlive_it(starts: list[Start]) -> None:
    """The made-up secret and the sandbox's data."""
    assert '"status":"created"' in starts[0].answer
    assert '"status":"existing"' in starts[1].answer
    assert starts[0].secret == starts[1].secret


@pytest.mark.parametrize("place", [0, 1], ids=["new", "old"])
def test_nothing_is_readable_by_others(starts: list[Start], place: int) -> None:
    """Ledger, journal, the sandbox's records and the made-up secret, while it runs."""
    journals = {"ringback.db-wal", "ringback.db-shm", "sandbox.db-wal"}

    assert {"secret", "ringback.db", "sandbox.db", *journals} <= starts[place].names
    assert [] == starts[place].readable_by_others


def test_end(starts: list[Start]) -> None:
    """Ctrl-C ends it at once, though a browser is connected still: nothing is under way. Commands know of the end."""
    trial = starts[1].trial
    said = trial.log.read_text(encoding="utf-8")
    done = ringback(trial.folder, "replay", "1", "--yes")

    assert f"curl -sS http://[::1]:{trial.environment['PORT']}/" in said
    assert "finishing_requests" not in said
    assert "Ringback ends." in said
    assert [] == list((trial.folder / "var").glob("running-*"))
    assert "SALESFORCE_DOMAIN is not set" in done.stderr
