"""The list of a million callbacks: how long a page takes, for each combination of filters.

The callbacks came within a week, as many as a large customer has in a year. `--keep` fills an SQLite for looking at.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import product
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text

from app.domain.entry import State
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.ledger.patience import endless
from app.operations.find import Choice
from app.operations.paging import find_page
from tests.support.postgres import RunningPostgres
from tests.support.writing import writing

SIZE = 50
_WEEK = 7 * 86_400
_SLICE = 20_000
_NUMBERS = 300_000
_SERIES = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT :first UNION ALL SELECT n + 1 FROM s WHERE n < :last) SELECT n FROM s",
    "postgres": "SELECT n FROM generate_series(CAST(:first AS BIGINT), CAST(:last AS BIGINT)) AS s(n)",
}
_HASH = {"sqlite": "printf('%032d', {n})", "postgres": "lpad(CAST({n} AS VARCHAR), 32, '0')"}
# Some of each kind: of a thousand three have failed, of a million twenty are of a rare rule.
_ENTRIES = """
INSERT INTO entry (source, event_id, turn, external_id, fingerprint, state, reason, rule, object, record_id,
    record_number, org_id, body, query, number_index, request_id, received_at, delivered_at, due_at, attempts, promised,
    "unknown", dropped, reconciled, keyed_mark)
SELECT CASE WHEN n % 100000 = 7 THEN 'rare' WHEN n % 3 = 0 THEN 'berlin' ELSE 'default' END, CAST(n AS VARCHAR), 1,
    'default-' || n, NULL, state, CASE state WHEN 'failed' THEN 'crm_refused' WHEN 'refused' THEN 'value_invalid'
    WHEN 'waiting' THEN 'crm_unavailable' END,
    CASE WHEN n % 50021 = 3 THEN 'vip' WHEN n % 2 = 0 THEN 'b2b' ELSE 'everyone-else' END, 'Case',
    CASE WHEN state = 'delivered' THEN '500000000' || n END, CASE WHEN state = 'delivered' THEN CAST(n AS VARCHAR) END,
    '00D000000000000AAA', :body, :query, {hash}, 'request' || n, at, CASE WHEN state = 'delivered' THEN at + 1 END,
    CASE WHEN state = 'waiting' THEN at + 600 END, 1, {no}, {no},
    CASE WHEN n % 500 = 9 THEN '[{{"field": "OwnerId", "reason": "queue_not_found"}}]' END, n % 700 = 1, {yes}
FROM (
    SELECT n, CAST(:now AS DOUBLE PRECISION) - (:rows - n) * CAST(:every AS DOUBLE PRECISION) AS at,
        CASE WHEN n > :rows - 200 THEN 'waiting' WHEN n % 1000 < 3 THEN 'failed' WHEN n % 1000 < 5 THEN 'refused'
        WHEN n % 1000 = 5 THEN 'discarded' ELSE 'delivered' END AS state
    FROM ({series}) AS numbers
) AS kinds
"""


def main() -> None:
    """Prints the slowest pages."""
    parser = argparse.ArgumentParser(prog="python -m bench.list_pages", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--keep", type=Path, help="fill this SQLite, and measure nothing")
    chosen = parser.parse_args()
    if chosen.keep:
        fill(Database(f"sqlite:///{chosen.keep.absolute()}"), "sqlite", chosen.rows)
        sys.exit()
    for kind in chosen.database:
        with ExitStack() as stack:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="pages-"))
            postgres = stack.enter_context(RunningPostgres()) if kind == "postgres" else None
            database = Database(postgres.create_database() if postgres else f"sqlite:///{folder}/ledger.db")
            began = time.monotonic()
            fill(database, kind, chosen.rows)
            print(f"== {kind}: {chosen.rows} callbacks, filled in {time.monotonic() - began:.0f} s")
            measure(Ledger(database, Codec(index_key(database))))
            database.close()


def fill(database: Database, kind: str, rows: int) -> None:
    """The tables, with so many callbacks."""
    migrate(database)
    no, yes = ("0", "1") if kind == "sqlite" else ("false", "true")
    hashed = _HASH[kind].format(n=f"n % {_NUMBERS}")
    insert = text(_ENTRIES.format(hash=hashed, no=no, yes=yes, series=_SERIES[kind]))
    values = {"rows": rows, "now": time.time(), "every": _WEEK / rows, "query": b""}
    values["body"] = b'{"AcdEventsID": 1, "CallbackNumber": "4930901820", "Subject": "Please call back"}'
    for first in range(1, rows + 1, _SLICE):
        with endless(), writing(database) as connection:
            connection.execute(insert, {**values, "first": first, "last": min(rows, first + _SLICE - 1)})
    if kind == "postgres":
        with create_engine(database.url, isolation_level="AUTOCOMMIT").connect() as connection:
            # What autovacuum does by itself after a while.
            connection.execute(text("VACUUM ANALYZE"))


def choices() -> Iterator[Choice]:
    """All combinations of what is common, rare and not there at all."""
    axes: dict[str, list[Any]] = {
        "states": [(), (State.DELIVERED,), (State.FAILED,), (State.WAITING, State.RECEIVED), tuple(State)],
        "sources": [(), ("rare",), ("default",)],
        "reasons": [(), ("crm_refused",), ("no_such_reason",)],
        "rules": [(), ("vip",), ("b2b",), ("no-such-rule",)],
        "since": [None, time.time() - 86_400],
        "numbers": [(), (f"{5:032}",)],
        "dropped": [False, True],
        "reconciled": [False, True],
    }
    for values in product(*axes.values()):
        yield Choice(**dict(zip(axes, values, strict=True)))


def measure(ledger: Ledger) -> None:
    """The first page of each choice, the best of three: others work on this machine, too."""
    taken = []
    for choice in choices():
        times = []
        for _ in range(3):
            began = time.perf_counter()
            page = find_page(ledger, choice, SIZE)
            times.append((time.perf_counter() - began) * 1000)
        taken.append((min(times), len(page.ids), choice))
    taken.sort(key=lambda one: one[0], reverse=True)
    print(f"{len(taken)} pages: the median takes {taken[len(taken) // 2][0]:.1f} ms, the slowest:")
    for milliseconds, found, choice in taken[:5]:
        given = {name: value for name, value in vars(choice).items() if value}
        print(f"  {milliseconds:.0f} ms, {found} callbacks, {given}")


if __name__ == "__main__":
    main()
