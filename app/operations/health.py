"""What an operator wants to know of a running Ringback, at a glance. It holds no personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.delivery.current import Current
from app.ledger.database import Database, LedgerError
from app.ledger.heartbeats import ALIVE_SECONDS, Heartbeats
from app.ledger.pauses import Pauses
from app.ledger.probe import backlog
from app.operations.described import iso
from app.operations.readiness import Readiness, Ready


@dataclass(frozen=True)
class Health:
    """`more` adds facts by their name, such as the login at the CRM; each is asked when somebody looks."""

    readiness: Readiness
    current: Current
    database: Database
    more: Mapping[str, Callable[[], Any]] = field(default_factory=dict)

    def details(self, ready: Ready) -> dict[str, Any]:
        """The facts; the ledger's are none while it is away."""
        facts: dict[str, Any] = {
            "config": self._config(),
            "database": {"reason": ready.reason, "error": ready.error},
            **{name: ask() for name, ask in self.more.items()},
        }
        return {**facts, **(self._ledger() if ready.reason is None else _UNKNOWN)}

    def _config(self) -> dict[str, Any]:
        rejected = self.current.rejected
        return {
            "hash": self.current.get().hash,
            "rejected": rejected
            and {"hash": rejected.hash, "at": iso(rejected.at), "problems": list(rejected.problems)},
        }

    def _ledger(self) -> dict[str, Any]:
        try:
            open_ = backlog(self.database)
            seen = Heartbeats(self.database).last_seen()
            pauses = Pauses(self.database).all().values()
        except LedgerError:
            return _UNKNOWN
        return {
            "engine": {"alive": seen is not None and seen < ALIVE_SECONDS, "secondsSinceLastSeen": _rounded(seen)},
            "backlog": {
                state: {"count": count, "oldestSeconds": _rounded(oldest) if count else None}
                for state, (count, oldest) in open_.items()
            },
            "pauses": [
                {
                    "scope": pause.scope,
                    "reason": pause.reason,
                    "message": pause.message,
                    "since": iso(pause.since),
                    "probes": pause.probes,
                }
                for pause in pauses
            ],
        }


_UNKNOWN: dict[str, Any] = {"engine": None, "backlog": None, "pauses": None}


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds))
