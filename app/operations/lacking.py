"""Which rules' Cases are made without some of their fields, as far as nothing shows that it is over."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.domain.reasons import Reason, Scope
from app.domain.record import Dropped
from app.ledger.database import Database
from app.ledger.packed import unpack_dropped
from app.ledger.tables import entry
from app.operations.dropped import Drop, drops_by_reason

# Of each rule so many of its latest Cases are looked at.
LATEST = 20
# What concerns single callbacks comes and goes; it is over when no Case has met it for so long.
CALM_SECONDS = 3600.0
_COLUMNS = entry.c.delivered_at, entry.c.dropped, entry.c.dropped_messages


@dataclass(frozen=True)
class Lack:
    """Of the latest `looked_at` Cases of the rule so many (`cases`) were made without these fields."""

    rule: str
    drop: Drop
    cases: int
    looked_at: int


def lacking(database: Database, rules: Iterable[str], calm: float = CALM_SECONDS) -> list[Lack]:
    """What the latest Case of a rule lacks; and what one of the last `calm` seconds lacked for a reason of its own.

    A Case of the rule that has all its fields shows that the cause is mended. Raises `LedgerError`.
    """
    found: list[Lack] = []
    with database.read() as connection:
        now = float(connection.execute(select(database.now())).scalar_one())
        for rule in rules:
            # A comment on a Case says nothing of the fields of one.
            of_rule = entry.c.rule == rule, entry.c.delivered_at.is_not(None)
            own = entry.c.turn == 1, entry.c.merged_into.is_(None)
            latest = select(*_COLUMNS).where(*of_rule, *own).order_by(entry.c.delivered_at.desc()).limit(LATEST)
            found += _of_rule(rule, connection.execute(latest).all(), now - calm)
    return found


def _of_rule(rule: str, latest: Sequence[Any], since: float) -> list[Lack]:
    cases = [(row.delivered_at, unpack_dropped(row.dropped, row.dropped_messages)) for row in latest]
    lacks: dict[tuple[str, str], Dropped] = {}
    for place, (delivered_at, dropped) in enumerate(cases):
        recent = delivered_at >= since
        for one in dropped:
            if place == 0 or (recent and not _concerns_all(one.reason)):
                lacks.setdefault((one.field, one.reason), one)
    counted = Counter((one.field, one.reason) for _, dropped in cases for one in dropped)
    return [
        Lack(rule, drop, max(counted[name, drop.reason] for name in drop.fields), len(cases))
        for drop in drops_by_reason(lacks.values())
    ]


def _concerns_all(word: str) -> bool:
    """Whether every Case of the rule would meet it, so that one that does not shows its end."""
    reason = Reason.of(word)
    return reason is not None and reason.scope is Scope.RULE
