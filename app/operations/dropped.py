"""What records were made without: why, who mends it, and of which rules' Cases nothing shows that it is over."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from sqlalchemy import select

from app.delivery.courier.known_drops import OF_THE_FIELD
from app.domain.reasons import Reason, who_acts
from app.domain.record import Dropped
from app.ledger.database import Database
from app.ledger.rows import unpack_dropped
from app.ledger.tables import entry

# Of each rule so many of its latest Cases are looked at.
LATEST = 20
# What depends on the value comes and goes with the callbacks; it is over when no Case has met it for so long.
CALM_SECONDS = 3600.0
_COLUMNS = entry.c.dropped, entry.c.dropped_messages


@dataclass(frozen=True)
class Drop:
    """Fields that were left out for one reason; `who` mends it, `message` is what was said."""

    fields: tuple[str, ...]
    reason: str
    message: str | None

    @property
    def who(self) -> str | None:
        """Who mends it."""
        return who_acts(self.reason)


def drops_by_reason(dropped: Iterable[Dropped]) -> list[Drop]:
    """The same, with the fields together that were left out for the same reason with the same words."""
    fields: dict[tuple[str, str | None], list[str]] = {}
    for one in dropped:
        fields.setdefault((one.reason, one.message), []).append(one.field)
    return [Drop(tuple(names), reason, message) for (reason, message), names in fields.items()]


def who_mends(dropped: Iterable[Dropped]) -> str | None:
    """All who have to act; nobody where nothing was left out."""
    return " and ".join(dict.fromkeys(drop.who for drop in drops_by_reason(dropped) if drop.who)) or None


@dataclass(frozen=True)
class LackingFields:
    """Of the latest `looked_at` Cases of the rule so many (`cases`) were made without these fields."""

    rule: str
    drop: Drop
    cases: int
    looked_at: int


def lacking(database: Database, rules: Iterable[str], calm: float = CALM_SECONDS) -> list[LackingFields]:
    """What the latest Case of a rule lacks; and what one of the last `calm` seconds lacked because of its value.

    A Case that has all its fields shows that a field is there and may be written, and nothing else: another callback
    may have another queue. Raises `LedgerError`.
    """
    found: list[LackingFields] = []
    with database.read() as connection:
        now = float(connection.execute(select(database.now())).scalar_one())
        for rule in rules:
            # A comment on a Case says nothing of the fields of one.
            of_rule = entry.c.rule == rule, entry.c.delivered_at.is_not(None)
            own = entry.c.turn == 1, entry.c.merged_into.is_(None)
            latest = select(*_COLUMNS).where(*of_rule, *own).order_by(entry.c.delivered_at.desc()).limit(LATEST)
            # However many whole ones came after it.
            recent = latest.where(entry.c.dropped.is_not(None), entry.c.delivered_at >= now - calm)
            found += _of_rule(rule, *(_dropped(connection.execute(wanted).all()) for wanted in (latest, recent)))
    return found


def _dropped(rows: Sequence[Any]) -> list[tuple[Dropped, ...]]:
    return [unpack_dropped(row.dropped, row.dropped_messages) for row in rows]


def _of_rule(rule: str, latest: list[tuple[Dropped, ...]], recent: list[tuple[Dropped, ...]]) -> list[LackingFields]:
    lacks: dict[tuple[str, str], Dropped] = {}
    by_value = (one for dropped in recent for one in dropped if Reason.of(one.reason) not in OF_THE_FIELD)
    for one in (*chain.from_iterable(latest[:1]), *by_value):
        lacks.setdefault((one.field, one.reason), one)
    counted = Counter((one.field, one.reason) for dropped in latest for one in dropped)
    return [
        LackingFields(rule, drop, max(counted[name, drop.reason] for name in drop.fields), len(latest))
        for drop in drops_by_reason(lacks.values())
    ]
