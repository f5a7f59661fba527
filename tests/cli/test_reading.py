"""Commands that only read the ledger: they need nothing but the ledger."""

from pathlib import Path

import pytest

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.migrate import migrate, revision_of
from tests.support.desk import NUMBER, Desk

READING = [["list"], ["show", "1"], ["wishes", "list"], ["list", "--number", f"+{NUMBER}", "--since", "1h"]]
BROKEN = {
    "RINGBACK_CRM": "salesforce",
    "RINGBACK_CONFIG": "no-such.yaml",
    "RINGBACK_SECRET": "",
    "RINGBACK_DEADLINE": "x",
}


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_nothing_else_is_needed(desk: Desk, arguments: list[str]) -> None:
    """Neither Salesforce's settings, nor secrets, nor a configuration: the callback is shown all the same."""
    desk.add(State.FAILED)
    done = desk.run(*arguments, **BROKEN)

    assert 0 == done.returncode, done.stderr
    assert "failed" in done.stdout or "wishes" in arguments


def test_what_the_configuration_is_missed_for(desk: Desk) -> None:
    """Where its zones and countries would have been used that is said, once, and otherwise nothing of it."""
    desk.add(State.FAILED)
    shown, found, listed = (
        desk.run(*arguments, **BROKEN)
        for arguments in (["show", "1"], ["list", "--number", "030 901820", "--since", "1h"], ["list"])
    )

    assert "Timeline (UTC)" in shown.stdout
    assert 1 == shown.stderr.count("times are UTC") == found.stderr.count("times are UTC")
    assert "" == listed.stderr
    assert "No such callback." in found.stderr


def test_last_payloads(desk: Desk) -> None:
    """What the rules make of a callback that has come needs no Salesforce."""
    desk.add(State.FAILED)
    done = desk.run("map", "--last", 1, RINGBACK_CRM="salesforce")

    assert "a Case with the external id" in done.stdout, done.stderr


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_no_ledger(desk: Desk, tmp_path: Path, arguments: list[str]) -> None:
    """Who looks in the wrong folder is told so, and nothing comes into being there."""
    file = tmp_path / "wrong" / "ringback.db"
    done = desk.run(*arguments, DATABASE_URL=f"sqlite:///{file}")

    assert 2 == done.returncode
    assert f"There is no ledger {file} here" in done.stderr
    assert not file.parent.exists()


@pytest.mark.parametrize("arguments", READING, ids=" ".join)
def test_ledger_of_another_version(desk: Desk, tmp_path: Path, arguments: list[str]) -> None:
    """A look changes no table."""
    url = f"sqlite:///{tmp_path}/older.db"
    database = Database(url)
    migrate(database)
    migrate(database, back_to="0009")
    database.close()
    before = revision_of(database)
    done = desk.run(*arguments, DATABASE_URL=url)

    assert 2 == done.returncode
    assert "ringback migrate" in done.stderr
    assert before == revision_of(database)
    database.close()
