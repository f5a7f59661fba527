"""A ledger of a million delivered callbacks: does anybody who asks it read all of them, and is the answer slower?

Fills a ledger, runs the requests' and the engine's own code on it, and shows the plan of each statement that this
code has sent. Then two Ringbacks, one with the full ledger and one with an empty one, answer in turns.
"""

import argparse
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import event, text

from app.delivery.engine.claiming import OTHERS_SECONDS
from app.delivery.request.intake import Accepted, Intake, Sent
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.heartbeats import Heartbeats
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.ledger.pauses import ORG, Pauses
from app.ledger.queue import Queue
from app.ledger.statements import Text
from app.ledger.tables import entry
from app.ledger.writer import Ask
from app.mapping.config import load_config
from app.operations.purge import Keep, Purge
from app.payload import read
from app.waiting import Deadline
from tests.support.postgres import RunningPostgres
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing

FIRST_EVENT = 10_000_000
WARM_UP = 50
_NUMBERS = {
    "sqlite": "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < :rows)",
    "postgres": "WITH s AS (SELECT n FROM generate_series(1, :rows) AS s(n))",
}
_ENTRIES = """
INSERT INTO entry (source, event_id, turn, external_id, fingerprint, state, rule, object, record_id, record_number,
    org_id, body, query, number_index, request_id, received_at, delivered_at, attempts, promised, unknown, purged_at)
{numbers}
SELECT 'default', CAST(n AS VARCHAR), 1, 'default-' || n, :fingerprint, 'delivered', 'everyone-else', 'Case',
    '500000000000000AAA', CAST(n AS VARCHAR), '00D000000000000AAA',
    CASE WHEN {old} THEN :query ELSE :body END, :query, CASE WHEN {old} THEN NULL ELSE {hash} END, 'request',
    :now - n * 60, :now - n * 60, 1, {no}, {no}, CASE WHEN {old} THEN CAST(:now AS DOUBLE PRECISION) END
FROM s
"""
_ATTEMPTS = """
INSERT INTO attempt (entry_id, started_at, ms, runner, outcome, config)
SELECT id, received_at, 100, 'web', 'delivered', 'abcdef012345' FROM entry
"""
# Of what is older than this the payload has been purged, but for a thousand that are due just now.
_OLD = "n * 60 > 30 * 86400 + 60000"
_WHOLE_TABLE = re.compile(r"\bSCAN (entry|attempt)\b(?! USING)|Seq Scan on (entry|attempt)\b")


def main() -> None:
    """Ends with 1 when a statement reads a whole table."""
    parser = argparse.ArgumentParser(prog="python -m bench.ledger_rows", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgres"], nargs="+", default=["sqlite", "postgres"])
    parser.add_argument("--callbacks", type=int, default=1000, help="answers that are timed, on each side")
    chosen = parser.parse_args()
    slow = 0
    for kind in chosen.database:
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="rows-")))
            postgres = stack.enter_context(RunningPostgres()) if kind == "postgres" else None
            urls = [postgres.create_database() if postgres else f"sqlite:///{folder / name}" for name in ("a", "b")]
            slow += measure(kind, urls, chosen.rows, chosen.callbacks, folder)
    sys.exit(1 if slow else 0)


def measure(kind: str, urls: list[str], rows: int, callbacks: int, folder: Path) -> int:
    """Prints plans and ratios for a full ledger and an empty one; returns how many statements read a whole table."""
    began = time.monotonic()
    database = Database(urls[0])
    migrate(database)
    fill(database, kind, rows)
    print(f"\n== {kind}: {rows} entries, filled in {time.monotonic() - began:.0f} s")
    slow = 0
    for name, statement, plan in plans(database):
        whole = bool(_WHOLE_TABLE.search(plan))
        slow += whole
        print(f"-- {name}{'  READS A WHOLE TABLE' if whole else ''}\n   {shorten(statement)}\n{plan}")
    database.close()
    full, empty = answers(urls, callbacks, folder)
    for label in full:
        ratio = statistics.median(full[label]) / statistics.median(empty[label])
        print(f"answer to {label}: full/empty = {ratio:.2f} ({statistics.median(full[label]):.1f} ms when full)")
    return slow


def fill(database: Database, kind: str, rows: int) -> None:
    """Delivered callbacks, one a minute until now, each with an attempt."""
    digest = "lower(hex(randomblob(16)))" if kind == "sqlite" else "md5(CAST(n AS VARCHAR))"
    no = "0" if kind == "sqlite" else "false"
    values = {
        "rows": rows,
        "now": time.time(),
        "fingerprint": '{"number": "0123456789ab", "service": "0123456789ab", "subject": "0123456789ab"}',
        "body": b'{"AcdEventsID": 1, "CallbackNumber": "4930901820"}' * 8,
        "query": b"",
    }
    with writing(database) as connection:
        connection.execute(text(_ENTRIES.format(numbers=_NUMBERS[kind], hash=digest, no=no, old=_OLD)), values)
        connection.execute(text(_ATTEMPTS))
    if kind == "postgres":
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # What autovacuum does by itself after a while.
            connection.execute(text("VACUUM ANALYZE"))


def plans(database: Database) -> list[tuple[str, str, str]]:
    """Who asked, the statement and its plan, for each statement that reads or changes; each only once."""
    asked: list[tuple[str, str, Any]] = []
    name = ""

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, many: bool) -> None:
        if statement.lstrip().startswith(("SELECT", "UPDATE", "DELETE")) and " FROM " in statement + " FROM ":
            asked.append((name, statement, parameters[0] if many else parameters))

    def noting(text: Text, values: Mapping[str, Any]) -> Ask:
        asked = ask(text, values)
        given = asked.values if isinstance(asked.values, Mapping) else tuple(asked.values)
        note(None, None, asked.sql, given, None, False)
        return asked

    event.listen(database.engine, "before_cursor_execute", note)
    ask = Text.ask
    setattr(Text, "ask", noting)  # noqa: B010
    for name, use in uses(database):  # noqa: B007  `note` reads it
        use()
    event.remove(database.engine, "before_cursor_execute", note)
    setattr(Text, "ask", ask)  # noqa: B010
    explain = "EXPLAIN QUERY PLAN " if database.sqlite else "EXPLAIN (COSTS OFF) "
    found: dict[str, tuple[str, str, str]] = {}
    for who, statement, parameters in asked:
        if statement in found or not re.search(r"\b(entry|attempt|pause|heartbeat)\b", statement):
            continue
        with database.read() as connection:
            rows = connection.exec_driver_sql(explain + statement, parameters).all()
        found[statement] = who, statement, "\n".join(f"      {row[-1]}" for row in rows)
    return list(found.values())


def uses(database: Database) -> list[tuple[str, Callable[[], object]]]:
    """What requests and engines do with the ledger, by name."""
    ledger = Ledger(database, Codec(index_key(database)))
    queue, pauses, heartbeats = Queue(ledger), Pauses(database), Heartbeats(database)
    intake = Intake(ledger, 20.0)
    config = load_config(Path("config/ringback.yaml"))
    source = config.sources["default"]
    purge = Purge(ledger, Keep())

    def store(subject: str) -> int:
        body = b'{"AcdEventsID": %d, "CallbackNumber": "4930901820", "Subject": "%s"}' % (FIRST_EVENT, subject.encode())
        callback = read(body, b"", source, datetime.now(UTC))
        request = Sent(body, b"", source, "request")
        return intake.store(Accepted(request, callback, config.rule_for(callback), Deadline(5), "config")).entry.id

    def claim(lease: str, limit: int, **choice: Any) -> object:
        return queue.claim(lease, -1.0, limit, sources=["default"], others_after=OTHERS_SECONDS, **choice)

    stored = store("first")
    return [
        ("request: a repeat", lambda: store("first")),
        ("request: an update", lambda: store("other")),
        ("request: the state of an entry", lambda: ledger.get(stored)),
        ("request, engine: settling", lambda: ledger.change(stored, lambda *_: {"state": "waiting", "due_at": 0.0})),
        ("request: pauses", pauses.all),
        ("request: is an engine alive", heartbeats.alive),
        ("engine: beat", lambda: heartbeats.beat("bench")),
        ("engine: claim", lambda: claim("a" * 32, 200)),
        ("engine: claim, but for a rule", lambda: claim("b" * 32, 200, except_rules=["b2b"])),
        ("engine: claim for a probe", lambda: claim("c" * 32, 1, whenever=True)),
        ("engine: claim for a rule's probe", lambda: claim("d" * 32, 1, only_rule="b2b", whenever=True)),
        ("engine: is there anything", queue.anything_waits),
        ("engine: is there anything of a source", lambda: queue.anything_waits(sources=["default"])),
        ("engine: who has waited too long", lambda: given_up(ledger)),
        ("engine: a pause begins", lambda: pauses.begin(ORG, "crm_unavailable", 5)),
        ("engine: who may probe", lambda: pauses.take_probe(ORG, 5)),
        ("engine: a pause ends", lambda: pauses.end(ORG)),
        ("purge: what is to go", purge.plan),
        ("purge", purge.run),
        ("ringback show: attempts", lambda: ledger.attempts(stored)),
    ]


def given_up(ledger: Ledger) -> object:
    """The engine's question."""
    return ledger.select(entry.c.state == "waiting", entry.c.received_at < time.time() - 1000, limit=200)


def answers(urls: list[str], callbacks: int, folder: Path) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """The milliseconds that new callbacks, repeats and updates took, with the full ledger and with the empty one."""
    with ExitStack() as stack:
        sides = []
        for place, url in enumerate(urls):
            sandbox = stack.enter_context(RunningSandbox(folder / f"sandbox{place}.db"))
            environment = {"DATABASE_URL": url, "RINGBACK_PACE": "1", "WEB_CONCURRENCY": "1"}
            sides.append(stack.enter_context(RunningRingback(sandbox.url, folder / f"log{place}", environment)))
        taken: list[dict[str, list[float]]] = [{"a new callback": [], "a repeat": []} for _ in sides]
        with requests.Session() as http:
            for number in range(callbacks + WARM_UP):
                for side, found in zip(sides, taken, strict=True):
                    for label, times in found.items():
                        times.append(time_answer(http, side, FIRST_EVENT + 1 + number, label))
    return (
        {label: times[WARM_UP:] for label, times in taken[0].items()},
        {label: times[WARM_UP:] for label, times in taken[1].items()},
    )


def time_answer(http: requests.Session, ringback: RunningRingback, event_id: int, label: str) -> float:
    """The milliseconds of one answer."""
    body = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Subject": "Offer"}
    began = time.perf_counter()
    headers = {"Authorization": f"Bearer {SECRET}"}
    answer = http.post(f"{ringback.url}/callbacks", json=body, headers=headers, timeout=30)
    took = (time.perf_counter() - began) * 1000
    expected = "created" if label == "a new callback" else "existing"
    assert answer.json()["status"] == expected, answer.text
    return took


def shorten(statement: str) -> str:
    """A statement in one line, without its list of columns."""
    line = " ".join(statement.split())
    return re.sub(r"(SELECT|RETURNING) entry\.id, entry\.source.*?(?= FROM|$)", r"\1 …", line)[:400]


if __name__ == "__main__":
    main()
