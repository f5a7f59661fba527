"""Calls of callers who had asked to be called back: which callbacks' Cases are to say so, and which do already."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, bindparam, func, insert, or_, select, update

from app.domain.served_call import CaseNote, ServedCall, ServedCase
from app.ledger.database import Database, once_more
from app.ledger.ledger import Ledger
from app.ledger.served_conditions import is_latest, is_ready
from app.ledger.tables import entry, served_call, served_case

_COLUMNS: Sequence[ColumnElement[Any]] = (
    served_case.c.id,
    served_case.c.entry_id,
    served_case.c.state,
    is_ready().label("is_ready"),
    is_latest().label("is_latest"),
    served_case.c.attempts,
    served_case.c.lease,
    served_call.c.source,
    served_call.c.key,
    served_call.c.called_at,
    served_call.c.said,
    served_call.c.sealed_with,
    served_call.c.received_at,
)
_ROWS = select(*_COLUMNS).join_from(served_case, served_call).join(entry, entry.c.id == served_case.c.entry_id)
# Built once: each look of an engine asks it.
_READY_IDS = (
    select(served_case.c.id)
    .join_from(served_case, served_call)
    .join(entry, entry.c.id == served_case.c.entry_id)
    .where(is_ready())
)
_FREE: dict[str, Any] = {"lease": None, "lease_until": None}


class ServedCalls:
    """Safe to use from many threads and processes. Everything raises `LedgerError` when the database is away."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._database = ledger.database
        now = self._database.now()
        free = or_(served_case.c.lease_until.is_(None), served_case.c.lease_until < now)
        of_these = served_call.c.source.in_(bindparam("sources", expanding=True))
        # The ids of what is due, free and ready.
        self._due = _READY_IDS.where(served_case.c.due_at <= now, free, of_these)
        self._any_due = self._due.limit(1)

    def store(
        self, call: ServedCall, entries: Collection[int], lease: str | None, seconds: float, request_id: str
    ) -> list[ServedCase]:
        """Stores the call for these callbacks, if it is new; what is known of it then.

        With a `lease` the new ones are the caller's from their first moment.
        """
        codec = self._ledger.codec
        key, now = codec.digest(f"call\0{call.identity}"), self._database.now()
        values = {
            "source": call.source,
            "key": key,
            "number_index": codec.number(call.number),
            "called_at": call.at.timestamp(),
            "said": codec.encode(call.said.encode()),
            "sealed_with": codec.sealed_with,
            "request_id": request_id,
            "received_at": now,
        }
        new = self._database.insert(served_call).values(values).on_conflict_do_nothing(index_elements=["key"])
        until = now + seconds if lease else None
        case = {"state": CaseNote.OPEN.value, "attempts": 0, "due_at": now, "lease": lease, "lease_until": until}

        def store(connection: Connection) -> Sequence[Row[Any]]:
            call_id = connection.execute(new.returning(served_call.c.id)).scalar_one_or_none()
            for entry_id in sorted(entries) if call_id is not None else ():
                connection.execute(insert(served_case).values(call_id=call_id, entry_id=entry_id, **case))
            return connection.execute(_ROWS.where(served_call.c.key == key).order_by(served_case.c.id)).all()

        return [self._case(row) for row in self._database.write(store, again=store)]

    def claim(self, lease: str, seconds: float, limit: int, sources: Collection[str]) -> list[ServedCase]:
        """Up to so many of these sources that are due and whose callbacks have a Case, the earliest call first."""
        earliest = self._due.order_by(served_call.c.called_at, served_case.c.id)
        chosen = earliest.limit(limit).with_for_update(skip_locked=True, of=served_case)
        until = self._database.now() + seconds
        held = _ROWS.where(served_case.c.lease == lease).order_by(served_call.c.called_at, served_case.c.id)

        def claim(connection: Connection) -> Sequence[Row[Any]]:
            ids = connection.execute(chosen, {"sources": list(sources)}).scalars().all()
            if not ids:
                return ()
            leased = update(served_case).where(served_case.c.id.in_(ids))
            connection.execute(leased.values(lease=lease, lease_until=until))
            return connection.execute(held).all()

        rows = self._database.write(claim, again=lambda connection: connection.execute(held).all() or claim(connection))
        return [self._case(row) for row in rows]

    def settle(
        self,
        case: ServedCase,
        note: CaseNote,
        reason: str | None = None,
        *,
        due_in: float = 0.0,
        tried: bool = True,
    ) -> None:
        """What a try has come to, told by the holder of the lease; what is open is due again in so many seconds."""
        mine = served_case.c.id == case.id, served_case.c.lease == case.lease
        values = {
            **_FREE,
            "state": note.value,
            "reason": reason,
            "attempts": case.attempts + tried,
            "due_at": self._database.now() + due_in if note is CaseNote.OPEN else None,
            "settled_at": None if note is CaseNote.OPEN else self._database.now(),
        }
        settled = update(served_case).where(*mine).values(values)
        self._database.write(lambda connection: connection.execute(settled), again=lambda _: None)

    @once_more
    def anything_due(self, sources: Collection[str]) -> bool:
        """Whether an engine could take any of these sources now."""
        with self._database.read() as connection:
            return connection.execute(self._any_due, {"sources": list(sources)}).first() is not None

    @once_more
    def of_entry(self, entry_id: int) -> list[ServedCase]:
        """The calls that the Case of this callback is told of, the earliest first."""
        wanted = _ROWS.where(served_case.c.entry_id == entry_id).order_by(served_call.c.called_at, served_case.c.id)
        with self._database.read() as connection:
            rows = connection.execute(wanted).all()
        return [self._case(row) for row in rows]

    @once_more
    def latest(self, limit: int = 20) -> list[ServedCase]:
        """What was noted last, the latest first."""
        with self._database.read() as connection:
            rows = connection.execute(_ROWS.order_by(served_case.c.id.desc()).limit(limit)).all()
        return [self._case(row) for row in rows]

    def _case(self, row: Row[Any]) -> ServedCase:
        said = self._ledger.codec.decode(row.said, row.sealed_with).decode()
        return ServedCase(
            id=row.id,
            entry_id=row.entry_id,
            note=CaseNote(row.state),
            is_ready=bool(row.is_ready),
            is_latest=bool(row.is_latest),
            attempts=row.attempts,
            lease=row.lease,
            source=row.source,
            key=row.key,
            called_at=row.called_at,
            said=said,
            received_at=row.received_at,
        )


@once_more
def failed_lately(database: Database, seconds: float) -> dict[str, int]:
    """How many Cases could not be told in so many seconds, by the reason. Raises `LedgerError`."""
    lately = served_case.c.state == CaseNote.FAILED.value, served_case.c.settled_at > database.now() - seconds
    counted = select(served_case.c.reason, func.count()).where(*lately).group_by(served_case.c.reason)
    with database.read() as connection:
        return {row[0]: row[1] for row in connection.execute(counted)}
