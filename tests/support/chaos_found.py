"""What the sandbox and the ledger hold after chaos."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.ledger.database import LedgerError
from app.ledger.tables import attempt
from tests.support.chaos_house import House

READS = 10
Row = Mapping[str, Any]


@dataclass
class Found:
    """Both sides. `lost` counts the answers that were lost and the times when the ledger was away."""

    cases: list[dict[str, Any]]
    comments: list[dict[str, Any]]
    entries: list[dict[str, Any]]
    attempts: list[dict[str, Any]]
    log: str
    sqlite: bool
    lost: int
    places: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    by_event: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for case in self.cases:
            self.places[case["Subject"] or ""].append(f"Case {case['jtel_AcdEventsID__c']}")
        for comment in self.comments:
            for word in comment["CommentBody"].replace(":", " ").split():
                if word.startswith("callback-"):
                    self.places[word].append(f"comment {comment['Id']}")
                    break
        for row in self.entries:
            self.by_event[str(row["event_id"])].append(row)

    def repeated(self) -> list[tuple[str, list[str]]]:
        """The texts that are in more than one place."""
        return [(mark, at) for mark, at in self.places.items() if mark.startswith("callback-") and len(at) > 1]

    @property
    def durable(self) -> bool:
        """Whether the ledger was there all the time."""
        # An SQLite that is busy for longer than a request may wait is away, as a Postgres that has died.
        return self.sqlite and '"ledger_unavailable"' not in self.log


def look(house: House, lost: int) -> Found:
    """Reads both sides."""
    cases = "SELECT Id, CaseNumber, Subject, ParentId, CreatedDate, jtel_AcdEventsID__c FROM Case"
    return Found(
        house.sandbox.query(f"{cases} WHERE jtel_AcdEventsID__c != null"),
        house.sandbox.query("SELECT Id, ParentId, CommentBody FROM CaseComment"),
        *_ledger(house),
        house.ringback.log.read_text(errors="replace"),
        house.postgres is None,
        lost,
    )


def _ledger(house: House) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    for _ in range(READS):
        # On an overloaded machine an SQLite is busy for longer than one read waits.
        with suppress(LedgerError):
            return house.ringback.entries(), _attempts(house)
    return house.ringback.entries(), _attempts(house)


def _attempts(house: House) -> list[dict[str, Any]]:
    with house.ringback.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(attempt).order_by(attempt.c.started_at))]
