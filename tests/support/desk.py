"""A ledger with callbacks in states of the test's choice, and the `ringback` command on it."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.delivery.request.intake import Accepted, Intake, Sent
from app.domain.entry import Entry, State
from app.domain.errors import PayloadError
from app.domain.record import Record
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.payload import read
from app.waiting import Deadline
from tests.support.forks import run_command
from tests.support.ledgers import create_sqlite
from tests.support.ringback import SECRET
from tests.support.sandbox import RunningSandbox

if TYPE_CHECKING:
    from subprocess import CompletedProcess

ROOT = Path(__file__).parents[2]
CONFIG = ROOT / "tests" / "ringback.yaml"
NUMBER = "4930901820"
FREE = {"lease": None, "lease_until": None}
_EVENTS = count(700_001)


class Desk:
    """`environment` is what the command runs with. Nothing delivers here but what the test asks for.

    A database of the caller's at `url` has the ledger's tables already.
    """

    def __init__(self, folder: Path, sandbox: RunningSandbox | None = None, url: str | None = None) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("RINGBACK_", "SALESFORCE_"))},
            "RINGBACK_CRM": "sandbox",
            "SANDBOX_PORT": str(sandbox.port if sandbox else 9),
            "RINGBACK_CONFIG": str(CONFIG),
            "RINGBACK_PACE": "0.01",
            **dict.fromkeys(("RINGBACK_SECRET", "RINGBACK_SECRET_BERLIN_2", "RINGBACK_SECRET_STRICT"), SECRET),
            "DATABASE_URL": url or create_sqlite(folder / "ringback.db"),
        }
        database = Database(self.environment["DATABASE_URL"])
        self.ledger = Ledger(database, Codec(index_key(database)))
        self.config = _config()

    def add(self, state: State = State.WAITING, fields: Mapping[str, Any] | None = None, **changes: Any) -> Entry:
        """A callback as jtel sends it, in this state. `age` is in seconds, `source` a name."""
        sent = {"AcdEventsID": next(_EVENTS), "Caller": NUMBER, "Subject": "Offer", **(fields or {})}
        source = self.config.sources[changes.pop("source", "default")]
        request = Sent(json.dumps(sent).encode(), b"", source, "a-request")
        callback = read(request.body, b"", source, datetime.now(UTC))
        accepted = Accepted(
            request, callback, self.config.rule_for(callback), Deadline(5), "config", Record("Case", {})
        )
        entry = Intake(self.ledger, 60).store(accepted).entry
        due = {"due_at": entry.received_at} if state is State.WAITING else {}
        if "age" in changes:
            changes["received_at"] = entry.received_at - changes.pop("age")
        return self.change(entry, {**FREE, "state": state, **due, **changes})

    def add_invalid(self, body: bytes, source: str = "default") -> Entry:
        """What Ringback keeps of a request that it does not understand."""
        request = Sent(body, b"", self.config.sources[source], "a-request")
        try:
            read(body, b"", request.source, datetime.now(UTC))
        except PayloadError as error:
            Intake(self.ledger, 60).keep_invalid(request, error)
        return self.ledger.select()[-1]

    def add_not_understood(self, fields: Mapping[str, Any], reason: str = "body_not_understood") -> Entry:
        """What an older Ringback did not understand, but this one does."""
        return self.change(self.add_invalid(b"{}"), {"body": json.dumps(fields).encode(), "reason": reason})

    def change(self, entry: Entry, values: Mapping[str, Any]) -> Entry:
        """The entry with these values."""
        self.ledger.change(entry.id, lambda *_: values)
        return self.now(entry)

    def lease(self, entry: Entry, seconds: float) -> Entry:
        """The entry under an attempt of another process; below 0 seconds that process has died."""
        lease = {"state": State.RECEIVED, "lease": "another", "lease_until": self.ledger.now() + seconds}
        return self.change(entry, lease)

    def state(self, entry: Entry) -> State:
        """Its state now."""
        return self.now(entry).state

    def now(self, entry: Entry) -> Entry:
        """The entry as it is now."""
        found = self.ledger.get(entry.id)
        assert found is not None
        return found

    def run(self, *arguments: object, **environment: str) -> "CompletedProcess[str]":
        """`ringback …`, without a terminal."""
        return run_command([*map(str, arguments)], {**self.environment, **environment})

    def list(self, *arguments: object) -> list[dict[str, Any]]:
        """What `ringback list --json …` says."""
        done = self.run("list", "--json", *arguments)
        assert 0 == done.returncode, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


@cache
def _config() -> Config:
    """Read once: nobody changes it."""
    return load_config(CONFIG)
