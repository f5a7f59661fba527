"""What the rules were: each configuration that was in force, as long as an attempt may name it."""

import json
from collections.abc import Mapping

from sqlalchemy import delete, func, select

from app.ledger.database import Database, once_more
from app.ledger.tables import attempt, configuration

# A process says at least this often which one it has in force.
EVERY_SECONDS = 3600.0
# An attempt is written down after it has begun, and clocks differ.
_SLACK_SECONDS = 86_400.0


class Configurations:
    """Everything raises `LedgerError` when the database is away."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, config: str, files: Mapping[str, str]) -> None:
        """The configuration of this hash is in force now. `files` are its texts by name, the YAML file first."""
        now = self._database.now()
        new = self._database.insert(configuration).values(hash=config, files=json.dumps(files), seen_at=now)
        seen = new.on_conflict_do_update(index_elements=[configuration.c.hash], set_={"seen_at": now})
        self._database.write(lambda connection: connection.execute(seen))

    @once_more
    def files(self, config: str) -> Mapping[str, str] | None:
        """The texts of the configuration; nothing if it is not kept."""
        wanted = select(configuration.c.files).where(configuration.c.hash == config)
        with self._database.read() as connection:
            kept = connection.execute(wanted).scalar_one_or_none()
        return json.loads(kept) if kept is not None else None

    def remove_unused(self) -> int:
        """Removes those that no attempt can name any more; says how many.

        Attempts have their ids in the order of time. So what was last in force before the first of them is named by
        none, and nobody has to look through all.
        """
        first = select(attempt.c.started_at).order_by(attempt.c.id).limit(1).scalar_subquery()
        before = func.coalesce(first, self._database.now()) - _SLACK_SECONDS
        # An attempt may come any moment of what has just been in force.
        long_ago = configuration.c.seen_at < self._database.now() - _SLACK_SECONDS
        unused = delete(configuration).where(long_ago, configuration.c.seen_at < before)
        return self._database.write(lambda connection: connection.execute(unused).rowcount)
