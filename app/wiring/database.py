"""What the database has to be, before anything is kept in it."""

import os
from collections.abc import Callable
from pathlib import Path

from app.disk import read_mounts, throwaway_reason
from app.domain.errors import ConfigError
from app.ledger.address import read_address
from app.ledger.database import Database
from app.settings import Settings


def preparation(settings: Settings, database: Database) -> Callable[[Database], None]:
    """What makes the tables of the job engine, where it is used."""
    if settings.engine != "procrastinate":
        return lambda _: None
    if database.sqlite:
        raise ConfigError(["RINGBACK_ENGINE=procrastinate needs a Postgres: set DATABASE_URL to one."])
    # Imported only where it is used: it brings the whole job engine along.
    from app.delivery.engine.procrastinate_jobs import prepare

    return prepare


def check_disk(settings: Settings) -> None:
    """Raises `ConfigError` where SQLite would be lost with the machine."""
    url = read_address(settings.database_url)
    if not url.drivername.startswith("sqlite") or not url.database or settings.throwaway_disk:
        return
    reason = throwaway_reason(Path(url.database).parent, os.environ, read_mounts())
    if reason:
        problem = (
            f"DATABASE_URL: the ledger would be lost: {reason}. Set DATABASE_URL to a Postgres, or keep the folder on "
            "a volume. To accept the loss of callbacks, set RINGBACK_ALLOW_THROWAWAY_DISK=1."
        )
        raise ConfigError([problem])
