"""The wishes: each stored once, changed under a lock, read by whoever asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, func, or_, select, union_all, update

from app.domain.callback_wish import PENDING, CallbackWish, DecideWish, WishState
from app.ledger.codec import Codec
from app.ledger.database import Database, once_more
from app.ledger.rows import pack_message
from app.ledger.tables import wish

_NAMES = [field.name for field in fields(CallbackWish)]
_COLUMNS = [*(wish.c[name] for name in _NAMES), wish.c.sealed_with]
_IDENTITY = (wish.c.source, wish.c.case_id, wish.c.wish_key)
_SAME = and_(*(column == bindparam(column.name) for column in _IDENTITY))
# What a callback may be the answer to. Made once: it is asked for each callback of a source with a way back.
_OF_EVENT = select(*_COLUMNS).where(wish.c.source == bindparam("source"), wish.c.event_id == bindparam("event_id"))
_OPEN = select(*_COLUMNS).where(
    wish.c.number_index == bindparam("number"),
    wish.c.event_id.is_(None),
    wish.c.state.in_([state.value for state in PENDING]),
    # As an expression, lest SQLite looks through all of the source that have no event, by the index for events.
    wish.c.source.concat("") == bindparam("source"),
)
_OF_CALLBACK = union_all(_OF_EVENT, _OPEN)


class Wishes:
    """Safe to use from many threads and processes. Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database, codec: Codec) -> None:
        self.database = database
        self.codec = codec

    def store(self, new: Mapping[str, Any], number: str, seconds: float) -> tuple[CallbackWish, bool]:
        """The wish of this source, Case and key, and whether it has just been stored, leased for so long."""
        now = self.database.now()
        stored = self._stored({**new, "state": WishState.ASKING, "number_index": self.codec.number(number)})
        clocked = {"received_at": now, "lease_until": now + seconds}
        inserted = (
            self.database.insert(wish).values({**stored, **clocked}).on_conflict_do_nothing().returning(wish.c.id)
        )

        def store(connection: Connection) -> tuple[CallbackWish, bool]:
            fresh = connection.execute(inserted).first() is not None
            row = connection.execute(select(*_COLUMNS).where(_SAME), new).one()
            return self._wish(row), fresh

        def again(connection: Connection) -> tuple[CallbackWish, bool]:
            known, fresh = store(connection)
            return known, fresh or known.lease == new["lease"]

        return self.database.write(store, again=again)

    def change(self, wish_id: int, decide: DecideWish) -> CallbackWish | None:
        """Locks the row and changes it to what `decide` makes of it and of the time; returns it as it is then."""
        locked = select(*_COLUMNS, self.database.now()).where(wish.c.id == wish_id).with_for_update()

        def change(connection: Connection) -> CallbackWish | None:
            row = connection.execute(locked).one_or_none()
            if row is None:
                return None
            *columns, now = row
            changed = decide(self._wish(columns), float(now))
            if not changed:
                return self._wish(columns)
            connection.execute(update(wish).where(wish.c.id == wish_id).values(self._stored(changed)))
            return self._wish(connection.execute(select(*_COLUMNS).where(wish.c.id == wish_id)).one())

        return self.database.write(change, again=change)

    def change_leased(self, lease: str, decide: DecideWish) -> None:
        """The same for the wish with this lease, if there is one: who could not store it does not know its id."""
        with self.database.read() as connection:
            wish_id = connection.execute(select(wish.c.id).where(wish.c.lease == lease)).scalar_one_or_none()
        if wish_id is not None:
            self.change(wish_id, decide)

    @once_more
    def of_callback(self, source: str, event_id: str, number: str | None) -> list[CallbackWish]:
        """The wishes that the event was made for, or may have been made for: those of this number without an event."""
        asked = {"source": source, "event_id": event_id, "number": self.codec.number(number)}
        with self.database.read() as connection:
            rows = connection.execute(_OF_CALLBACK, asked).all()
        return [self._wish(row) for row in rows]

    @once_more
    def get(self, wish_id: int) -> CallbackWish | None:
        """The wish with this id."""
        found = self.select(wish.c.id == wish_id)
        return found[0] if found else None

    @once_more
    def select(
        self, *conditions: ColumnElement[bool], order: Any = wish.c.id, limit: int | None = None
    ) -> Sequence[CallbackWish]:
        """The wishes that meet all conditions, the oldest first."""
        wanted = select(*_COLUMNS).where(*conditions).order_by(order).limit(limit)
        with self.database.read() as connection:
            rows = connection.execute(wanted).all()
        return [self._wish(row) for row in rows]

    def latest(
        self,
        states: Collection[WishState] = (),
        *,
        undecided: bool = False,
        before: int | None = None,
        limit: int | None = None,
    ) -> Sequence[CallbackWish]:
        """The latest first: those in one of these states, of lower ids than `before`.

        `undecided`: only those that wait for a person.
        """
        wanted: list[ColumnElement[bool]] = [wish.c.state.in_([one.value for one in states])] if states else []
        wanted += [needing_person(self.database)] if undecided else []
        wanted += [wish.c.id < before] if before is not None else []
        return self.select(*wanted, order=wish.c.id.desc(), limit=limit)

    @once_more
    def now(self) -> float:
        """The database's clock."""
        with self.database.read() as connection:
            return float(connection.execute(select(self.database.now())).scalar_one())

    def _wish(self, row: Sequence[Any]) -> CallbackWish:
        *values, sealed_with = row
        read = dict(zip(_NAMES, values, strict=True))
        read["state"] = WishState(read["state"])
        read["asked"] = self.codec.decode(read["asked"], sealed_with)
        return CallbackWish(**read)

    def _stored(self, change: Mapping[str, Any]) -> dict[str, Any]:
        stored = dict(change)
        if "state" in stored:
            stored["state"] = stored["state"].value
        if "message" in stored:
            stored["message"] = pack_message(stored["message"])
        if "asked" in stored:
            stored |= {"asked": self.codec.encode(stored["asked"]), "sealed_with": self.codec.sealed_with}
        return stored


def needing_person(database: Database) -> ColumnElement[bool]:
    """As `CallbackWish.needs_person`."""
    left = and_(wish.c.state == WishState.ASKING.value, wish.c.lease_until < database.now())
    return or_(wish.c.state == WishState.UNKNOWN.value, left)


@once_more
def count_needing_person(database: Database) -> int:
    """How many wishes wait for a person. Raises `LedgerError`."""
    counted = select(func.count()).select_from(wish).where(needing_person(database))
    with database.read() as connection:
        return int(connection.execute(counted).scalar_one())
