"""`ringback migrate`, as an operator or a release script calls it."""

from pathlib import Path

from sqlalchemy import text

from app.ledger.database import Database
from tests.support.desk import Desk
from tests.support.writing import writing


def test_says_from_and_to(desk: Desk, tmp_path: Path) -> None:
    """A new database is made, a second run finds it up to date; both say at which revision."""
    url = f"sqlite:///{tmp_path / 'new' / 'ringback.db'}"

    first, second = desk.run("migrate", DATABASE_URL=url), desk.run("migrate", DATABASE_URL=url)

    assert (0, 0) == (first.returncode, second.returncode)
    assert first.stdout.startswith("The database was brought from nothing to revision 0")
    assert second.stdout.startswith("The database is up to date: revision 0")


def test_newer_database(desk: Desk) -> None:
    """The database of a newer Ringback is left alone, and said so."""
    with writing(desk.ledger.database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    done = desk.run("migrate")

    assert 2 == done.returncode
    assert "revision 9999, which only a newer Ringback knows" in done.stderr
    assert "Traceback" not in done.stderr
    listed = desk.run("list")
    assert (2, "Error: The database belongs to a newer Ringback than this one.\n") == (listed.returncode, listed.stderr)


def test_no_database(desk: Desk, tmp_path: Path) -> None:
    """What is no database, or is away, is a sentence."""
    (tmp_path / "letter.txt").write_text("Dear operator, " * 1000)
    (tmp_path / "locked.db.migrating").mkdir()
    files = [f"sqlite:///{tmp_path}/{name}" for name in ("letter.txt", "letter.txt/folder/ringback.db", "locked.db")]
    for url in (*files, "postgresql://nobody@127.0.0.1:9/none", "nonsense"):
        done = desk.run("migrate", DATABASE_URL=url)

        assert 2 == done.returncode
        assert "DATABASE_URL" in done.stderr
        assert "Traceback" not in done.stderr


def test_keeps_what_is_there(desk: Desk) -> None:
    """Nothing is lost."""
    entry = desk.add()

    desk.run("migrate")

    database = Database(desk.environment["DATABASE_URL"])
    with database.read() as connection:
        assert [entry.id] == list(connection.execute(text("SELECT id FROM entry")).scalars())
    database.close()


def test_goes_back_for_an_older_ringback(desk: Desk) -> None:
    """Back and forth again keeps every callback; a revision that never was changes nothing."""
    entry = desk.add()

    back = desk.run("migrate", "--back-to", "0001")
    wrong = desk.run("migrate", "--back-to", "0815")
    forth = desk.run("migrate")

    assert (0, 2, 0) == (back.returncode, wrong.returncode, forth.returncode), wrong.stderr
    assert "to revision 0001" in back.stdout
    assert "it is at revision 0001, and never was at 0815" in wrong.stderr
    assert f"{entry.id} " in desk.run("list").stdout
