"""The disk of the ledger is full: what Ringback answers is true all the same, and it recovers by itself."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from tests.support.chaos_house import House, wait_until
from tests.support.patience import PATIENCE
from tests.support.ringback import Answer

SIZE = 32 * 1024 * 1024
CASES = "SELECT Id, jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null"
_EVENT_IDS = count(600_001)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own, where the machine lets one be mounted."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "ringback-test", str(folder)], capture_output=True, text=True
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture
def house(tmp_path: Path, disk: Path) -> Iterator[House]:
    """A Ringback whose ledger is on that disk; its log and its Salesforce are not."""
    with House(tmp_path, "embedded", None, {"DATABASE_URL": f"sqlite:///{disk / 'ringback.db'}"}) as running:
        yield running


def fill(disk: Path) -> Path:
    """Nothing more can be written."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    return ballast


def callback() -> dict[str, Any]:
    return {"AcdEventsID": next(_EVENT_IDS), "Caller": "4930901820", "Subject": "Offer"}


def word(answer: Answer) -> tuple[int, str, str | None]:
    return answer.status, str(answer.body["status"]), answer.body.get("reason")


def test_full_disk(house: House, disk: Path) -> None:
    """While nothing can be stored 200 is said only of a Case, and nothing is promised; then all is entered."""
    before = house.ringback.post(callback())
    ballast = fill(disk)
    full = [(body, house.ringback.post(body)) for body in (callback() for _ in range(5))]
    house.sandbox.fault("unavailable", share=1)
    away = [(body, house.ringback.post(body)) for body in (callback() for _ in range(3))]
    house.sandbox.clear_faults()
    ballast.unlink()
    again = [house.ringback.post(body) for body, _ in away]
    entered = wait_until(lambda: len(house.ringback.entries()) == 9, PATIENCE)
    repeated = [house.ringback.post(body) for body, _ in full]

    assert (200, "created", None) == word(before)
    assert [(200, "created", None)] * 5 == [word(answer) for _, answer in full]
    assert [(500, "refused", "ledger_unavailable")] * 3 == [word(answer) for _, answer in away]
    assert [(200, "created", None)] * 3 == [word(answer) for answer in again]
    assert entered, house.ringback.entries()
    assert [(200, "existing", None)] * 5 == [word(answer) for answer in repeated]
    counts = Counter(case["jtel_AcdEventsID__c"] for case in house.sandbox.query(CASES))
    assert {1} == set(counts.values())
    assert 9 == len(counts)
    assert '"internal_error"' not in house.ringback.log.read_text()
