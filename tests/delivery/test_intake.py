"""What is refused as a repeat, but of nothing that can be read, is no repeat: the ledger counts as away."""

from pathlib import Path

import pytest
from sqlalchemy import text

from app.ledger.database import LedgerError
from tests.operations.desk import Desk
from tests.support.postgres import RunningPostgres

REFUSE = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE unique_violation; END'"


def test_repeat_of_nothing(tmp_path: Path, postgres: RunningPostgres) -> None:
    """Such as behind a pooler that reads from a standby: nobody is told anything of another's callback."""
    desk = Desk(tmp_path, url=postgres.create_database())
    with desk.ledger.database.write() as connection:
        connection.execute(text(REFUSE))
        connection.execute(text("CREATE TRIGGER refuse BEFORE INSERT ON entry EXECUTE FUNCTION refuse()"))
    with pytest.raises(LedgerError):
        desk.add()
    desk.ledger.database.close()
