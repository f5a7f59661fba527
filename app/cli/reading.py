"""What commands share that only read the ledger: they need no Salesforce, no secret, and no valid configuration."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from app.cli.opened import StopError, log_to_stderr, stopping
from app.cli.tell import tell
from app.domain.errors import ConfigError
from app.domain.source import Source
from app.ledger.address import read_address
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.keys import index_key, require_used_keys
from app.ledger.ledger import Ledger
from app.ledger.migrate import is_newer, is_up_to_date
from app.ledger.seal import Seal
from app.mapping.config import load_config
from app.settings import config_path, load_ledger_settings


@dataclass
class Reading:
    """A ledger that is only read, and the sources, which are looked for when they are needed."""

    ledger: Ledger

    @property
    def database(self) -> Database:
        """The ledger's."""
        return self.ledger.database

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """Those of the configuration; none, which is said, where it is wrong."""
        try:
            return load_config(config_path(), os.environ).sources
        except ConfigError:
            tell(
                f"{config_path()} is wrong or not there (see ringback check): times are UTC, and numbers are found by "
                "their country code only.",
                err=True,
            )
            return {}


@contextmanager
def reading() -> Iterator[Reading]:
    """The ledger that the settings name. It is neither made nor changed."""
    with stopping():
        settings = load_ledger_settings()
        log_to_stderr(settings.log_format)
        _require_file(settings.database_url)
        database = Database(settings.database_url)
        seal = Seal(settings.encryption_keys) if settings.encryption_keys else None
        try:
            _require_tables(database)
            require_used_keys(database, seal)
            yield Reading(Ledger(database, Codec(lambda: index_key(database, seal), seal)))
        finally:
            database.close()


def _require_file(database_url: str) -> None:
    address = read_address(database_url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").is_file():
        raise StopError(
            f"There is no ledger {address.database} here. Start Ringback in this folder, or set DATABASE_URL."
        )


def _require_tables(database: Database) -> None:
    if is_newer(database):
        raise StopError("The database belongs to a newer Ringback than this one.")
    if not is_up_to_date(database):
        raise StopError("The ledger is of an older Ringback: `ringback migrate` brings it up to date.")
