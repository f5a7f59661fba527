"""What Ringback writes is readable by its own user only, whichever command makes it first.

What `ringback run` writes is looked at in `test_second_start.py`.
"""

import os
from pathlib import Path

import pytest

from tests.support.forks import run_command

ROOT = Path(__file__).parents[2]
# Worse than most machines have it.
OPEN = 0


def folder_of(tmp_path: Path, age: str) -> Path:
    """Where Ringback starts: without data, or with what an older one has left open to all."""
    (tmp_path / "config").symlink_to(ROOT / "config")
    if age == "old":
        (tmp_path / "var").mkdir(mode=0o755)
        for name in ("ringback.db", "ringback.db.migrating"):
            (tmp_path / "var" / name).touch(0o644)
    return tmp_path


def readable_by_others(folder: Path, pattern: str = "*") -> list[str]:
    data = folder / "var"
    return [str(path) for path in (data, *data.glob(pattern)) if path.stat().st_mode & 0o077]


@pytest.mark.parametrize(("age", "command"), [("new", "migrate"), ("new", "purge"), ("old", "migrate")])
def test_commands(tmp_path: Path, age: str, command: str) -> None:
    """A command that opens the ledger, and makes it where there is none."""
    folder = folder_of(tmp_path, age)
    environment = {**os.environ, "RINGBACK_CRM": "sandbox", "RINGBACK_SECRET": "x" * 40}
    done = run_command([command], environment, folder, mask=OPEN)

    assert 0 == done.returncode, done.stderr
    assert (folder / "var" / "ringback.db").exists()
    assert [] == readable_by_others(folder, "ringback.db*")
