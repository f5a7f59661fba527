"""A running Ringback's ledger, changed by plain SQL: an older checkout may have other columns than this one."""

from sqlalchemy import Connection, Engine, create_engine, inspect, text
from sqlalchemy.engine import make_url

_NUMBERS = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :rows)",
    "postgresql": "WITH s AS (SELECT n FROM generate_series(1, :rows) AS s(n))",
}
_HASH = {"sqlite": "lower(hex(randomblob(32)))", "postgresql": "md5(CAST(n AS VARCHAR)) || md5(CAST(-n AS VARCHAR))"}
# What each of the copies has of its own; of everything else it has what the callback has that was there.
_OWN = {
    "event_id": "CAST(9000000000 + n AS VARCHAR)",
    "external_id": "'default-' || CAST(9000000000 + n AS VARCHAR)",
    "request_id": "'request-' || CAST(n AS VARCHAR)",
    "record_id": "'500' || CAST(100000000000 + n AS VARCHAR) || 'AAA'",
    "record_number": "CAST(n AS VARCHAR)",
    "received_at": "received_at - n * 1.5",
    "delivered_at": "delivered_at - n * 1.5",
}


def change(url: str, statement: str) -> None:
    """Runs one statement."""
    engine = _open(url)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def repeat_entry(url: str, rows: int) -> None:
    """Copies the one callback in the ledger, with its attempt, so often.

    A million are of 17 days, so that no purge is due.
    """
    engine = _open(url)
    with engine.begin() as connection:
        own = {**_OWN, "number_index": _HASH[engine.dialect.name]}
        _copy(connection, "entry", own, "FROM entry CROSS JOIN s", rows)
        # The first one has its attempt.
        _copy(
            connection,
            "attempt",
            {"entry_id": "copied.id"},
            "FROM attempt CROSS JOIN (SELECT id FROM entry WHERE id NOT IN (SELECT entry_id FROM attempt)) AS copied",
        )
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # What autovacuum does by itself after a while.
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def _copy(connection: Connection, table: str, own: dict[str, str], source: str, rows: int | None = None) -> None:
    names = [column["name"] for column in inspect(connection).get_columns(table) if column["name"] != "id"]
    values = ", ".join(own.get(name, f"{table}.{name}") for name in names)
    numbers = _NUMBERS[connection.dialect.name] if rows else ""
    statement = f"INSERT INTO {table} ({', '.join(names)}) {numbers} SELECT {values} {source}"
    connection.execute(text(statement), {"rows": rows} if rows else {})


def _open(url: str) -> Engine:
    made = make_url(url)
    return create_engine(made.set(drivername="postgresql+psycopg") if "postgres" in made.drivername else made)
