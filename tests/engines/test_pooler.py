"""All processes and commands behind a PgBouncer that hands each transaction to another session."""

from pathlib import Path

import pytest

from tests.support.desk import NUMBER, Desk
from tests.support.pgbouncer import RunningPgBouncer
from tests.support.process import free_port
from tests.support.ringback import RunningRingback

NEEDS_DIRECT = "needs a DATABASE_URL that leads to the Postgres itself"
COMMANDS = [
    ("migrate",),
    ("list",),
    ("list", "--json"),
    ("show", "1"),
    ("discard", "1", "--yes"),
    ("purge",),
    ("forget", NUMBER, "--yes"),
    ("check",),
]


def test_commands(tmp_path: Path, pooler: RunningPgBouncer) -> None:
    """They do what they do without it."""
    desk = Desk(tmp_path, url=pooler.create_ledger())
    desk.add()
    done = {command: desk.run(*command) for command in COMMANDS}
    desk.ledger.database.close()

    assert {} == {command: one.stderr for command, one in done.items() if one.returncode}


def test_worker(tmp_path: Path, pooler: RunningPgBouncer) -> None:
    """A worker ends with a sentence, and so does every command that does more than read."""
    desk = Desk(tmp_path, url=pooler.create_ledger())
    done = [desk.run(command, RINGBACK_ENGINE="procrastinate") for command in ("worker", "purge")]
    desk.ledger.database.close()

    assert [1, 2] == [one.returncode for one in done]
    assert all(NEEDS_DIRECT in one.stderr and "Traceback" not in one.stderr for one in done)


def test_web_service_of_workers(tmp_path: Path, pooler: RunningPgBouncer) -> None:
    """It does not start either: who delivers would not be called."""
    environment = {"RINGBACK_ENGINE": "procrastinate", "DATABASE_URL": pooler.create_database()}
    service = RunningRingback(f"http://127.0.0.1:{free_port()}", tmp_path / "log", environment)
    with pytest.raises(AssertionError, match=NEEDS_DIRECT), service:
        pass
    service.database.close()


def test_web_service_in_statement_mode(tmp_path: Path, statement_pooler: RunningPgBouncer) -> None:
    """Where no transaction is possible it says so at the start."""
    environment = {"DATABASE_URL": statement_pooler.create_database()}
    service = RunningRingback(f"http://127.0.0.1:{free_port()}", tmp_path / "log", environment)
    with pytest.raises(AssertionError, match="transaction or session mode"), service:
        pass
    service.database.close()
