"""The tables come by themselves, whoever starts first."""

import json
from typing import TYPE_CHECKING

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import MetaData, inspect, text

from app.domain.entry import State
from app.domain.errors import ConfigError
from app.domain.record import Dropped
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.migrate import MIGRATIONS, is_up_to_date, migrate, revision_of
from app.ledger.tables import metadata
from tests.support.forks import FORKS
from tests.support.patience import PATIENCE
from tests.support.writing import writing

if TYPE_CHECKING:
    from multiprocessing.connection import Connection


def start(url: str, key: "Connection[bytes, None]") -> None:
    """What a process does that comes to an empty database."""
    database = Database(url)
    migrate(database)
    key.send(index_key(database))


def test_many_processes_at_once(database_url: str) -> None:
    """Six processes that start on an empty database all end with the same tables and the same key."""
    pipes = [FORKS.Pipe(duplex=False) for _ in range(6)]
    started = [FORKS.Process(target=start, args=(database_url, key)) for _, key in pipes]
    for process in started:
        process.start()
    for process in started:
        process.join(PATIENCE)

    assert [0] * 6 == [process.exitcode for process in started]
    assert 1 == len({received.recv() for received, _ in pipes})


def test_migrations_make_the_tables(database: Database) -> None:
    """What the migrations make is what the code expects, and to migrate again changes nothing."""
    older(database, "0001")
    migrate(database)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})

        assert [] == compare_metadata(context, metadata)
    assert is_up_to_date(database)


def test_new_tables_are_those_of_the_migrations(database: Database) -> None:
    """An empty database gets the tables at once, and they are what all migrations would have made of it."""
    migrate(database)
    at_once, version = described(database), revision_of(database)
    with database.engine.begin() as connection:
        reflected = MetaData()
        reflected.reflect(connection)
        reflected.drop_all(connection)
    older(database, "head")

    assert (described(database), revision_of(database)) == (at_once, version)


def test_back_to_nothing(database: Database) -> None:
    """What Alembic leaves on the way back to nothing is in nobody's way: the tables come again."""
    migrate(database)
    before = described(database)
    migrate(database, "base")
    left = set(described(database))
    migrate(database)

    assert {"alembic_version"} == left
    assert before == described(database)
    assert is_up_to_date(database)


def test_key_is_made_once(database: Database) -> None:
    """The key of the number index stays, since numbers could not be found by another."""
    assert index_key(database) == index_key(database)


def test_heroku_writes_postgres(database_url: str) -> None:
    """The scheme that Heroku hands out works as it is."""
    if not database_url.startswith("postgres"):
        return
    database = Database(database_url.replace("postgresql", "postgres", 1))
    migrate(database)
    current = is_up_to_date(database)
    database.close()

    assert current


@pytest.mark.parametrize("url", ["postgresql://nobody@127.0.0.1:1/none", "sqlite:////proc/none/x.db"])
def test_database_that_is_away(url: str) -> None:
    """A database that cannot be reached is one clear error."""
    with pytest.raises((LedgerError, ConfigError)):
        migrate(Database(url))


@pytest.mark.parametrize("revision", ["0001", "0002", "0003", "0004"])
def test_rows_of_an_older_ledger_stay(database_url: str, revision: str) -> None:
    """A ledger of an older Ringback, with callbacks in it, is brought up to date, and they are as they were."""
    database = Database(database_url)
    older(database, revision)
    with writing(database) as connection:
        connection.execute(
            text(
                "INSERT INTO entry (source, event_id, turn, state, record_id, body, query, request_id, received_at, "
                "attempts, promised, unknown) VALUES ('default', '1', 1, 'delivered', '500000000000001AAA', :body, "
                ":query, 'r', 5, 1, :yes, :no)"
            ),
            {"body": b"{}", "query": b"", "yes": True, "no": False},
        )
    before = is_up_to_date(database)
    migrate(database)
    (entry,) = Ledger(database, Codec(b"key")).of_event("default", "1")
    after = is_up_to_date(database)
    database.close()

    assert (False, True) == (before, after)
    assert (State.DELIVERED, "500000000000001AAA", b"{}", 5.0) == (
        entry.state,
        entry.record_id,
        entry.body,
        entry.received_at,
    )
    assert ((), None, None, False) == (entry.dropped, entry.merged_into, entry.purged_at, entry.keyed_mark)
    assert (None, ()) == (entry.message, entry.invalid_event_ids)


def test_back_to_an_older_ledger(database: Database) -> None:
    """What a newer Ringback kept beside is dropped on the way back; what the older one knows stays as it reads it."""
    ledger = Ledger(database, Codec(b"key"))
    new = {"source": "default", "event_id": "1", "turn": 1, "state": State.REFUSED, "body": b"{}", "query": b""}
    dropped = (Dropped("OwnerId", "queue_not_found", "There is no such queue."),)
    more = {"reason": "validation_rule", "message": "No.", "dropped": dropped, "invalid_event_ids": ("7",)}
    ledger.receive({**new, **more, "request_id": "r"}, None, None, 0)

    migrate(database, "0004")
    with database.read() as connection:
        row = connection.execute(text("SELECT * FROM entry")).one()
    migrate(database)
    (entry,) = ledger.select()

    assert not {"message", "dropped_messages", "invalid_event_ids"} & set(row._mapping)
    assert '[{"field": "OwnerId", "reason": "queue_not_found"}]' == row.dropped
    assert ("validation_rule", None, dropped, None) == (
        entry.reason,
        entry.message,
        entry.dropped,
        entry.dropped[0].message,
    )


def described(database: Database) -> dict[str, list[str]]:
    """All that each table has, without its order."""
    kinds = ("columns", "pk_constraint", "foreign_keys", "unique_constraints", "check_constraints", "indexes")
    with database.engine.connect() as connection:
        inspector = inspect(connection)
        found = {
            name: [getattr(inspector, f"get_{kind}")(name) for kind in kinds] for name in inspector.get_table_names()
        }
    return {
        name: sorted(
            json.dumps(one, default=str) for kind in all_kinds for one in ([kind] if isinstance(kind, dict) else kind)
        )
        for name, all_kinds in found.items()
    }


def older(database: Database, revision: str) -> None:
    """Makes the tables as they were at this revision."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()
