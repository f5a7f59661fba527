"""How things are, for who looks on: a look that fails must trouble nobody who takes callbacks."""

from collections.abc import Callable
from typing import TypeVar

import structlog

from app.ledger.database import LedgerError

log = structlog.get_logger()

Seen = TypeVar("Seen")
Otherwise = TypeVar("Otherwise")


class Looks:
    """Raises nothing. What goes wrong with a look is logged once; that the ledger is away is told by others."""

    def __init__(self) -> None:
        self._told: set[str] = set()

    def at(self, name: str, ask: Callable[[], Seen], otherwise: Otherwise) -> Seen | Otherwise:
        """What `ask` says, else `otherwise`."""
        try:
            return ask()
        except LedgerError:
            return otherwise
        except Exception as error:
            if name not in self._told:
                self._told.add(name)
                log.error("look_failed", look=name, error=type(error).__name__, exc_info=error)
            return otherwise
