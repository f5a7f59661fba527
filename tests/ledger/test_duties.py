"""What one process of the fleet does at a time, on each database."""

from concurrent.futures import ThreadPoolExecutor

from app.ledger.database import Database
from app.ledger.duties import Duties


def test_one_holder(database: Database) -> None:
    """Of many that ask at once one has the duty, and keeps it when it asks again."""
    names = [str(number) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda name: Duties(database).take("alerts", name, 60), names))
    again = [Duties(database).take("alerts", name, 60) for name in names]

    assert 1 == sum(taken)
    assert taken == again


def test_free_again(database: Database) -> None:
    """A holder that has died is followed by another; other duties are not concerned."""
    duties = Duties(database)
    assert duties.take("alerts", "dead", -1)

    assert duties.take("alerts", "next", 60)
    assert not duties.take("alerts", "dead", 60)
    assert duties.take("purge", "dead", 60)


def test_left(database: Database) -> None:
    """What is done rests for all, also for who has done it; who has lost it meanwhile changes nothing."""
    duties = Duties(database)
    assert duties.take("reconcile", "first", 60)
    duties.leave("reconcile", "second", -1)
    assert not duties.take("reconcile", "second", 60)

    duties.leave("reconcile", "first", 60)
    assert not any(duties.take("reconcile", name, 60) for name in ("first", "second"))
    assert duties.take("purge", "first", 60)
    duties.leave("purge", "first", -1)
    assert duties.take("purge", "second", 60)
