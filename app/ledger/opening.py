"""Opens the ledger: when the process starts or, where the database is away then, as soon as it is there."""

import threading
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.domain.errors import ConfigError
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError, UnreachableError
from app.ledger.migrate import UnknownRevisionError, migrate

log = structlog.get_logger()

TRY_AGAIN_SECONDS = 2.0


@dataclass
class Opening:
    """`prepare` makes what else the database has to hold."""

    database: Database
    codec: Codec
    prepare: Callable[[Database], None]

    def open(self) -> None:
        """Brings the database up to date.

        Raises `LedgerError`, `UnknownRevisionError` where a newer Ringback has been, and `ConfigError` where a key is
        missing.
        """
        migrate(self.database)
        self.database.barred = False
        self.prepare(self.database)
        # Read once, before a process forks.
        self.codec.digest("")

    def try_to_open(self) -> None:
        """The same, but a server that does not answer is left to `run`; until then the database counts as away."""
        try:
            self.open()
        except UnreachableError as error:
            self.database.barred = True
            log.error("starting_without_database", error=str(error))

    def run(self, stop: threading.Event) -> None:
        """Returns when the ledger is open, or when `stop` is set."""
        while self.database.barred and not stop.is_set():
            try:
                self.open()
                log.info("database_opened")
            except LedgerError as error:
                self.database.barred = True
                log.error("waiting_for_database", error=str(error))
            except ConfigError as error:
                self.database.barred = True
                log.error("waiting_for_database", error=str(error))
            except UnknownRevisionError:
                log.error("waiting_for_database", error="it belongs to a newer Ringback than this one")
            # A bug must not leave a service for good that could be whole.
            except Exception as error:
                self.database.barred = True
                log.error("waiting_for_database", error=type(error).__name__, exc_info=error)
            if self.database.barred:
                stop.wait(TRY_AGAIN_SECONDS)
