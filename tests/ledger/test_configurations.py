"""The configurations that attempts name are kept once each, as long as an attempt may name them, on both databases."""

import pytest
from sqlalchemy import func, select, update

from app.domain.entry import State
from app.ledger.configurations import Configurations
from app.ledger.database import Database
from app.ledger.ledger import Attempted
from app.ledger.tables import attempt, configuration
from app.operations.purge import DAY, Keep, Purge
from tests.support.desk import Desk
from tests.support.writing import writing

FILES = {"ringback.yaml": "rules:\n  - name: all # Ünïcode\n", "numbers.txt": "+4930901820\n"}


@pytest.fixture
def configurations(database: Database) -> Configurations:
    return Configurations(database)


def last_seen(database: Database, days: float) -> None:
    """As if they all had been in force so many days ago."""
    with writing(database) as connection:
        connection.execute(update(configuration).values(seen_at=configuration.c.seen_at - days * DAY))


def test_each_is_kept_once(database: Database, configurations: Configurations) -> None:
    """However many processes keep it, it is there once, as it was first read; an unknown one is none."""
    configurations.keep("abc", FILES)
    configurations.keep("abc", {"other.yaml": ""})

    with database.read() as connection:
        count = connection.execute(select(func.count()).select_from(configuration)).scalar_one()
    assert (1, FILES, None) == (count, configurations.files("abc"), configurations.files("abd"))
    assert list(FILES) == list(configurations.files("abc") or ())


def test_what_is_in_force_stays(database: Database, configurations: Configurations) -> None:
    """What no attempt has named yet stays for a day after a process had it in force; then it goes."""
    configurations.keep("abc", FILES)
    last_seen(database, 0.9)
    assert 0 == configurations.remove_unused()
    last_seen(database, 0.2)
    assert 1 == configurations.remove_unused()


def test_purge_keeps_what_an_attempt_may_name(desk: Desk) -> None:
    """As long as an attempt of its time is there it stays, and goes with the whole entries."""
    configurations = Configurations(desk.ledger.database)
    configurations.keep("abc", FILES)
    entry = desk.add(State.DELIVERED, age=100 * DAY)
    began = desk.ledger.now() - 100 * DAY
    desk.ledger.change(entry.id, lambda *_: None, Attempted(began, 5, "web", "delivered", "abc"))
    last_seen(desk.ledger.database, 99)
    configurations.keep("young", FILES)

    Purge(desk.ledger, Keep()).run()
    assert configurations.files("abc") == FILES

    Purge(desk.ledger, Keep(payload=1, failed=1, skeleton=50)).run()
    with desk.ledger.database.read() as connection:
        assert connection.execute(select(attempt)).first() is None
    assert (None, FILES) == (configurations.files("abc"), configurations.files("young"))
