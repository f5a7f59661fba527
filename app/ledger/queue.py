"""What is due: claimed with a lease by whoever runs an engine, so that two never work on one entry."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, Select, and_, case, false, func, or_, select, update

from app.domain.entry import Entry
from app.ledger.conditions import IS_UNFINISHED, claimed, is_held, may_be_claimed
from app.ledger.database import LedgerError, once_more
from app.ledger.ledger import Ledger
from app.ledger.rows import COLUMNS
from app.ledger.tables import entry

# So many at a time keep no request waiting.
BATCH = 200
# One, in the order of the index: without it a Postgres in which many have waited lately reads the whole table.
_ANY = select(entry.c.id).order_by(entry.c.state).limit(1)
_ANY_UNFINISHED = _ANY.where(IS_UNFINISHED)


class Queue:
    """The waiting side of the ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database
        self._any_due = _ANY.where(may_be_claimed(self._database.now(), whenever=False))

    def renew(self, lease: str, seconds: float) -> None:
        """Prolongs the lease of what has been claimed and not settled yet. Raises `LedgerError`.

        What somebody changes at this moment is left to the next time, lest two wait for each other.
        """
        free = select(entry.c.id).where(is_held(lease)).with_for_update(skip_locked=True)
        renewed = update(entry).where(entry.c.id.in_(free)).values(lease_until=self._database.now() + seconds)
        self._database.write(lambda connection: connection.execute(renewed))

    @once_more
    def anything_waits(self, *, sources: Collection[str] | None = None, only_rule: str | None = None) -> bool:
        """Whether entries of these sources wait for an engine. Raises `LedgerError`."""
        wanted = _ANY_UNFINISHED
        if sources is not None:
            wanted = wanted.where(_is_of(sources))
        if only_rule is not None:
            wanted = wanted.where(entry.c.rule == only_rule)
        with self._database.read() as connection:
            return connection.execute(wanted).first() is not None

    @once_more
    def anything_due(self) -> bool:
        """Whether an engine could take an entry now, whatever its source and rule. Raises `LedgerError`."""
        with self._database.read() as connection:
            return connection.execute(self._any_due).first() is not None

    def claim(
        self,
        lease: str,
        seconds: float,
        limit: int,
        *,
        except_rules: Collection[str] = (),
        only_rule: str | None = None,
        whenever: bool = False,
        sources: Collection[str] | None = None,
        others_after: float | None = None,
    ) -> list[Entry]:
        """Leases up to `limit` entries that are due, oldest first; `whenever` takes waiting ones before their time.

        With `sources` only entries of these, and those of others that nobody has taken for `others_after` seconds.
        An entry whose lease ran out was left by a process that died: it is due at once, and its outcome unknown.
        """
        chosen = self._due(except_rules, only_rule, whenever, sources, others_after)
        taken: list[Entry] = []
        try:
            while len(taken) < limit:
                some = self._claim_some(chosen, lease, seconds, min(BATCH, limit - len(taken)), taken)
                taken += some
                if len(some) < BATCH:
                    break
        except LedgerError:
            # What is claimed would have to wait for the end of its lease.
            if not taken:
                raise
        return sorted(taken, key=lambda one: (one.received_at, one.id))

    def _due(
        self,
        except_rules: Collection[str],
        only_rule: str | None,
        whenever: bool,
        sources: Collection[str] | None,
        others_after: float | None,
    ) -> Select[int]:
        """The ids of what may be claimed, the first one first."""
        now = self._database.now()
        wanted = may_be_claimed(now, whenever=whenever)
        if only_rule is not None:
            wanted = and_(wanted, entry.c.rule == only_rule)
        elif except_rules:
            wanted = and_(wanted, or_(entry.c.rule.is_(None), entry.c.rule.not_in(except_rules)))
        if sources is not None:
            wanted = and_(wanted, or_(_is_of(sources), self._untaken(others_after)))
        # A probe takes another entry each time, lest one that is spoilt itself keeps a pause going. Those that are due
        # go first, since the others may wait for something else.
        order = [case((entry.c.due_at <= now, 0), else_=1), entry.c.attempts] if whenever else []
        return select(entry.c.id).where(wanted).order_by(*order, entry.c.received_at, entry.c.id)

    def _claim_some(
        self, chosen: Select[int], lease: str, seconds: float, limit: int, before: Sequence[Entry]
    ) -> list[Entry]:
        def claim(connection: Connection) -> list[Entry]:
            ids = connection.execute(chosen.limit(limit).with_for_update(skip_locked=True)).scalars().all()
            if not ids:
                return []
            leased = update(entry).where(entry.c.id.in_(ids)).values(claimed(lease, self._database.now() + seconds))
            rows = connection.execute(leased.returning(*COLUMNS)).all()
            # Within the transaction: what this process has no key for stays free for others.
            return [self._ledger.rows.entry(row) for row in rows]

        def again(connection: Connection) -> list[Entry]:
            # If the commit went through they are ours.
            others = entry.c.id.not_in([one.id for one in before])
            rows = connection.execute(select(*COLUMNS).where(is_held(lease), others)).all()
            return [self._ledger.rows.entry(row) for row in rows]

        return self._database.write(claim, again=again)

    def _untaken(self, seconds: float | None) -> ColumnElement[bool]:
        """Whether it has been due for so long; never without `seconds`."""
        if seconds is None:
            return false()
        return func.coalesce(entry.c.lease_until, entry.c.due_at) < self._database.now() - seconds


def _is_of(sources: Collection[str]) -> ColumnElement[bool]:
    # As an expression, lest SQLite looks through all that a source has ever sent, by the index for its events.
    return entry.c.source.concat("").in_(sources)
