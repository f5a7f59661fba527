"""Nobody has to read what a command says beside its deed, and no letter that a terminal lacks ends it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.domain.entry import State
from app.ledger.database import LedgerError
from app.operations.purge import DAY
from tests.cli.unread import full, gone, run_unread
from tests.support.desk import NUMBER, Desk
from tests.support.patience import PATIENCE

RULE = "Rückruf 📞"


@pytest.mark.parametrize("stream", [full, gone])
def test_deeds_are_done(desk: Desk, tmp_path: Path, stream: Callable[[], int]) -> None:
    """On a full disk, after `| head`, and without standard error."""
    old = desk.add(State.DELIVERED, {"Caller": "4930901822"}, age=31 * DAY)
    forgotten, discarded = desk.add(State.DELIVERED), desk.add(State.FAILED, {"Caller": "4930901823"})
    url = f"sqlite:///{tmp_path / 'new.db'}"
    run_unread(stream, desk.environment, "purge", "--yes")
    run_unread(stream, desk.environment, "forget", NUMBER, "--yes")
    run_unread(stream, desk.environment, "discard", discarded.id, "--yes")
    run_unread(stream, {**desk.environment, "DATABASE_URL": url}, "migrate")
    states = [desk.now(old).purged_at, desk.now(forgotten).purged_at, desk.state(discarded)]
    run_unread(stream, {**desk.environment, "RINGBACK_ENCRYPTION_KEY": Fernet.generate_key().decode()}, "rekey")

    assert all(states[:2])
    assert State.DISCARDED is states[2]
    assert desk.run("migrate", DATABASE_URL=url).stdout.startswith("The database is up to date")
    with pytest.raises(LedgerError, match="encrypted with key"):
        desk.now(discarded)


def test_letters_that_a_terminal_has_not(desk: Desk) -> None:
    """They are spelled, and the deed goes on."""
    entries = [desk.add(State.FAILED, rule=RULE) for _ in range(2)]
    environment = {**desk.environment, "PYTHONIOENCODING": "latin-1:strict"}
    command = [sys.executable, "-m", "app", "discard", *(str(one.id) for one in entries), "--yes"]
    done = subprocess.run(command, env=environment, capture_output=True, timeout=PATIENCE)

    assert 0 == done.returncode, done.stderr
    assert b"R\xfcckruf \\U0001f4de" in done.stdout
    assert [State.DISCARDED] * 2 == [desk.state(one) for one in entries]
