"""A Ringback that reconciles by itself, in front of a sandbox, beside a jtel."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from app.ledger.database import Database
from app.ledger.tables import entry
from tests.operations.reconcile.records import GROUP, flat
from tests.support.forks import run_command
from tests.support.jtel import JtelServer
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing

DAY = 86_400.0
OPERATOR = "operators-secret-that-is-long-enough-for-one"
# At least a minute, which the pace of tests makes a second.
RECONCILE = f"{{groups: [{GROUP}], every: 1 min, cap: 10000}}"


def service(
    sandbox: RunningSandbox, jtel: JtelServer, folder: Path, more: Mapping[str, str] | None = None
) -> RunningRingback:
    """To be entered. `more` goes into its environment."""
    config = folder / "ringback.yaml"
    config.write_text(
        f"sources: {{default: {{reconcile: {RECONCILE}, served_callers: {{within: 24 h}}}}}}\n"
        "rules:\n  - name: all\n    fields: {Subject: Callback, Origin: Phone, Description: '{{ summary }}'}\n"
    )
    environment = {
        "WEB_CONCURRENCY": "1",
        "RINGBACK_CONFIG": str(config),
        "RINGBACK_OPERATOR_SECRET": OPERATOR,
        **jtel.environment,
        **(more or {}),
    }
    return RunningRingback(sandbox.url, folder / "log", environment)


def came(database: Database, records: Sequence[dict[str, Any]]) -> None:
    """All of these have come a day ago or later, and have been delivered."""
    a_day_ago = database_time(database) - DAY
    rows = [
        {
            "source": "default",
            "event_id": str(record["ID"]),
            "turn": 1,
            "external_id": f"default-{record['ID']}",
            "state": "delivered",
            "body": json.dumps(flat(record)).encode(),
            "query": b"",
            "request_id": "r",
            "received_at": a_day_ago,
            "attempts": 1,
            "promised": False,
            "unknown": False,
        }
        for record in records
    ]
    with writing(database) as connection:
        connection.execute(insert(entry), rows)


def database_time(database: Database) -> float:
    """The ledger's clock."""
    from sqlalchemy import select

    with database.read() as connection:
        return float(connection.execute(select(database.now())).scalar_one())


def command(ringback: RunningRingback, *arguments: str) -> dict[str, Any]:
    """What `ringback reconcile --json …` says of the one source."""
    done = run_command(["reconcile", "--json", *arguments], ringback.environment)
    assert done.stdout, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def cases(sandbox: RunningSandbox) -> dict[str, str]:
    """The description of each Case, by its external id; of two with the same there is an error."""
    rows = sandbox.query("SELECT jtel_AcdEventsID__c, Description FROM Case WHERE jtel_AcdEventsID__c != null")
    found = {row["jtel_AcdEventsID__c"]: row["Description"] for row in rows}
    assert len(rows) == len(found)
    return found
