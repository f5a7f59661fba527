"""How often somebody may try to sign in to the console: counted for the whole fleet, before a password is looked at."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from app.ledger.database import Database
from app.ledger.tables import sign_in_tries


@dataclass(frozen=True)
class Allowance:
    """`tries` at once, and another one each `seconds`."""

    tries: int
    seconds: float


class SignInTries:
    """A row for each key: `until` is when all tries are there again. Raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, allowances: Sequence[tuple[str, Allowance]]) -> float:
        """Takes one try of each key, or none of any; says in how many seconds there is one of each, 0 if there was."""
        # Always in the same order, so that nobody waits for somebody who waits.
        ordered = sorted(allowances, key=lambda one: one[0])

        def take(connection: Connection) -> float:
            now = float(connection.execute(select(self._database.now())).scalar_one())
            known = {key: self._until(connection, key, now) for key, _ in ordered}
            waits = [known[key] + one.seconds - now - one.tries * one.seconds for key, one in ordered]
            if max(waits) > 0:
                return max(waits)
            for key, one in ordered:
                taken = update(sign_in_tries).where(sign_in_tries.c.key == key)
                connection.execute(taken.values(until=known[key] + one.seconds))
            return 0.0

        return self._database.write(take)

    def give_back(self, allowances: Sequence[tuple[str, Allowance]]) -> None:
        """The try was right: it does not count."""

        def give(connection: Connection) -> None:
            for key, one in sorted(allowances, key=lambda allowance: allowance[0]):
                mine = update(sign_in_tries).where(sign_in_tries.c.key == key)
                connection.execute(mine.values(until=sign_in_tries.c.until - one.seconds))

        self._database.write(give)

    def forget_old(self) -> None:
        """Removes what counts no longer."""
        old = delete(sign_in_tries).where(sign_in_tries.c.until < self._database.now())
        self._database.write(lambda connection: connection.execute(old))

    def _until(self, connection: Connection, key: str, now: float) -> float:
        """Locks the row of this key; a try that is back counts from now on."""
        wanted = self._database.insert(sign_in_tries).values(key=key, until=now)
        locked = wanted.on_conflict_do_update(
            index_elements=[sign_in_tries.c.key], set_={"until": sign_in_tries.c.until}
        ).returning(sign_in_tries.c.until)
        return max(now, float(connection.execute(locked).scalar_one()))
