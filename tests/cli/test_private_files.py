"""What Ringback writes is readable by its own user only, whichever command makes it first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.cli.test_run import ports, read_until, running
from tests.support.patience import PATIENCE

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _open_mask() -> Iterator[None]:
    """As most machines have it, or worse."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture(params=["new", "old"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where Ringback starts: without data, or with what an older one has left open to all."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    if request.param == "old":
        (tmp_path / "var").mkdir(mode=0o755)
        for name in ("ringback.db", "ringback.db.migrating", "sandbox.db", "secret"):
            (tmp_path / "var" / name).touch(0o644)
    return tmp_path


def readable_by_others(folder: Path, pattern: str = "*") -> list[str]:
    data = folder / "var"
    return [str(path) for path in (data, *data.glob(pattern)) if path.stat().st_mode & 0o077]


@pytest.mark.parametrize("command", ["migrate", "purge"])
def test_commands(folder: Path, command: str) -> None:
    """A command that opens the ledger, and makes it where there is none."""
    environment = {**os.environ, "RINGBACK_CRM": "sandbox", "PYTHONPATH": str(ROOT), "RINGBACK_SECRET": "x" * 40}
    subprocess.run([sys.executable, "-m", "app", command], cwd=folder, env=environment, check=True)

    assert (folder / "var" / "ringback.db").exists()
    assert [] == readable_by_others(folder, "ringback.db*")


def test_run(folder: Path) -> None:
    """The service with its sandbox: ledger, journal, the sandbox's records and the made-up secret, while it runs."""
    environment = ports()
    with running(folder, environment) as process:
        secret = read_until(process, "Ctrl-C").partition("Bearer ")[2].partition("'")[0]
        answer = requests.post(
            f"http://127.0.0.1:{environment['PORT']}/callbacks",
            json={"AcdEventsID": 1, "Caller": "4930901820"},
            headers={"Authorization": f"Bearer {secret}"},
            timeout=PATIENCE,
        )
        names = {path.name for path in (folder / "var").iterdir()}
        readable = readable_by_others(folder)
        process.terminate()
        process.wait(PATIENCE)

    assert "created" == answer.json()["status"]
    assert {"secret", "ringback.db", "ringback.db-wal", "ringback.db-shm", "sandbox.db", "sandbox.db-wal"} <= names
    assert [] == readable
