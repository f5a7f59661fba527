"""A session that answers but is of no use is thrown away, and what was asked of it is done by the next."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from app.delivery.engine.procrastinate_jobs import conninfo
from app.domain.entry import State
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.ledger import Ledger
from tests.ledger.conftest import new, receive, without_payload
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres

OTHER_USER = "nobody_of_the_tests"
END_OTHERS = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
# Of each class that a server names.
STATES = "0A000", "22023", "23514", "25006", "26000", "40001", "42501", "53100", "53300", "57P01", "58030", "XX001"
# What others of the same pooler may leave in a session, or its own reset.
SPOILT = {
    "read-only": "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
    "read-only by default": "SET default_transaction_read_only = on",
    "another search path": "SET search_path = pg_catalog",
    "a role without rights": f"SET ROLE {OTHER_USER}",
    "another user": f"SET SESSION AUTHORIZATION {OTHER_USER}",
    "reset": "DISCARD ALL",
    "short of time": "SET statement_timeout = 1; SET lock_timeout = 1",
    "serializable": "SET default_transaction_isolation = serializable",
}


@pytest.fixture
def ledger(postgres: RunningPostgres) -> Iterator[Ledger]:
    database = Database(postgres.create_ledger())
    yield Ledger(database, Codec(b"a key for tests"))
    database.close()


@pytest.fixture
def _other_user(postgres: RunningPostgres) -> None:
    with psycopg.connect(postgres.url(), autocommit=True) as connection, suppress(psycopg.errors.DuplicateObject):
        connection.execute(f"CREATE ROLE {OTHER_USER}".encode())


def tell(ledger: Ledger, statement: str) -> None:
    """As somebody else, who may write whatever the database says."""
    address = conninfo(ledger.database.url)
    with psycopg.connect(address, autocommit=True, target_session_attrs="any") as connection:
        connection.execute("SET default_transaction_read_only = off")
        connection.execute(statement.encode())


def spoil(ledger: Ledger, statement: str) -> None:
    """The only session that the ledger has is no longer as it was."""
    with ledger.database.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute(statement.encode())


def alter_database(ledger: Ledger, what: str) -> None:
    name = ledger.database.url.rpartition("/")[2]
    tell(ledger, f"ALTER DATABASE {name} {what}")


def settle(*_: object) -> dict[str, Any]:
    return {"state": State.DELIVERED, "lease": None, "lease_until": None}


@pytest.mark.usefixtures("_other_user")
@pytest.mark.parametrize("statement", SPOILT.values(), ids=SPOILT)
def test_was_changed(ledger: Ledger, statement: str) -> None:
    """Nothing of it is seen: a callback is stored, settled and read as ever, once."""
    spoil(ledger, statement)
    stored = receive(ledger)
    spoil(ledger, statement)
    ledger.change(stored.id, settle)
    spoil(ledger, statement)

    assert [("1", State.DELIVERED)] == [(one.event_id, one.state) for one in ledger.select()]


def let_it_idle(ledger: Ledger) -> None:
    spoil(ledger, "SET idle_session_timeout = 1")
    tell(ledger, "SELECT pg_sleep(0.3)")


ENDED: dict[str, Callable[[Ledger], None]] = {
    "by an administrator": lambda ledger: tell(ledger, END_OTHERS),
    "idle for too long": let_it_idle,
}


@pytest.mark.parametrize("end", ENDED.values(), ids=ENDED)
def test_was_ended(ledger: Ledger, end: Callable[[Ledger], None]) -> None:
    """Writing and reading go on without an error."""
    receive(ledger)
    end(ledger)
    receive(ledger, "2")
    end(ledger)

    assert ["1", "2"] == [one.event_id for one in ledger.select()]


def let_it_idle_amid(ledger: Ledger) -> None:
    """Until its session is gone."""
    amid = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"
    with psycopg.connect(conninfo(ledger.database.url), autocommit=True) as connection:
        assert wait_until(lambda: not connection.execute(amid).fetchall(), PATIENCE)


AMID: dict[str, Callable[[Ledger], None]] = {
    "by an administrator": lambda ledger: tell(ledger, END_OTHERS),
    "idle in its transaction": let_it_idle_amid,
}


@pytest.mark.parametrize("end", AMID.values(), ids=AMID)
def test_ends_amid_the_work(ledger: Ledger, end: Callable[[Ledger], None]) -> None:
    """What had been asked of it is undone, so it is done once more, and once only."""
    stored = receive(ledger)
    # Longer than a busy machine takes from one statement to the next.
    spoil(ledger, "SET idle_in_transaction_session_timeout = 1000")
    asked = count(1)

    def decide(*_: object) -> dict[str, Any]:
        if next(asked) == 1:
            end(ledger)
        return settle()

    changed = ledger.change(stored.id, decide)

    assert changed is not None
    assert changed == without_payload(ledger.get(stored.id))
    assert (State.DELIVERED, 3) == (changed.state, next(asked))


def test_tables_that_change(ledger: Ledger) -> None:
    """A newer Ringback changes the tables while this one runs: no plan of before is in the way."""
    for number in range(10):
        receive(ledger, str(number))
        ledger.select()
    tell(ledger, "ALTER TABLE entry ALTER COLUMN object TYPE text")

    assert 10 == len(ledger.select())
    assert "10" == receive(ledger, "10").event_id


def test_opened_while_the_database_was_read_only(ledger: Ledger) -> None:
    """Then the ledger counts as away for who writes; later such a session is not used for ever."""
    stored = receive(ledger)
    alter_database(ledger, "SET default_transaction_read_only = on")
    tell(ledger, END_OTHERS)
    with pytest.raises(LedgerError):
        receive(ledger, "2")
    with pytest.raises(LedgerError):
        ledger.change(stored.id, settle)
    kept = ledger.get(stored.id)
    alter_database(ledger, "RESET default_transaction_read_only")
    receive(ledger, "2")
    ledger.change(stored.id, settle)

    assert stored == kept
    assert [State.DELIVERED, State.RECEIVED] == [one.state for one in ledger.select()]


def test_tables_that_are_away(ledger: Ledger) -> None:
    """Also what no session can do counts as away, and is done as soon as one can."""
    receive(ledger)
    tell(ledger, "ALTER TABLE entry RENAME TO elsewhere")
    with pytest.raises(LedgerError):
        receive(ledger, "2")
    with pytest.raises(LedgerError):
        ledger.select()
    tell(ledger, "ALTER TABLE elsewhere RENAME TO entry")

    assert "2" == receive(ledger, "2").event_id


def refuse(ledger: Ledger, state: str) -> None:
    """Whoever writes an entry from now on hears this of the server."""
    tell(
        ledger,
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"'BEGIN RAISE SQLSTATE ''{state}''; END'; "
        "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON entry FOR EACH ROW EXECUTE FUNCTION refuse()",
    )


def test_any_trouble(ledger: Ledger) -> None:
    """Whatever the server says, it counts as away and nothing else, and it goes on when that is over."""
    for state in STATES:
        stored = receive(ledger, f"before {state}")
        refuse(ledger, state)
        with pytest.raises(LedgerError):
            receive(ledger, f"after {state}")
        with pytest.raises(LedgerError):
            ledger.change(stored.id, settle)
        tell(ledger, "DROP TRIGGER refuse ON entry")
        receive(ledger, f"after {state}")
        ledger.change(stored.id, settle)

        assert [State.DELIVERED, State.RECEIVED] == [one.state for one in ledger.select()][-2:], state


@pytest.mark.parametrize(("state", "stays"), [("53100", True), ("55P03", True), ("23514", True), ("25006", False)])
def test_trouble_of_another(ledger: Ledger, state: str, stays: bool) -> None:
    """For a full disk, a lock or a wrong value no session is thrown away: the next can do no more."""
    with ledger.database.read() as connection:
        before = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    raising = f"DO $$ BEGIN RAISE SQLSTATE '{state}'; END $$"
    with pytest.raises(LedgerError):
        ledger.database.write(lambda connection: connection.execute(text(raising)))
    with ledger.database.read() as connection:
        after = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()

    assert stays == (before == after)


def test_no_connection_left(postgres: RunningPostgres, ledger: Ledger) -> None:
    """The server has no place: away, until there is one."""
    alter_database(ledger, "CONNECTION LIMIT 0")
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE plain LOGIN")
    url = ledger.database.url.replace("postgres@", "plain@")
    other = Database(url)
    with pytest.raises(LedgerError), other.read():
        pass
    alter_database(ledger, "CONNECTION LIMIT -1")
    with other.read():
        pass
    other.close()


def test_numbers_that_are_used(ledger: Ledger) -> None:
    """A failover may leave the sequences behind: what has such a number is no repeat. It counts as away until then."""
    receive(ledger)
    tell(ledger, "ALTER SEQUENCE entry_id_seq RESTART WITH 1")
    with pytest.raises(LedgerError):
        ledger.receive(new("2"), None, "mine", 60)

    assert "2" == receive(ledger, "2").event_id
