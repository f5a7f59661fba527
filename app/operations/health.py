"""What an operator wants to know of a running Ringback, at a glance. It holds no personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.ledger.database import Database
from app.ledger.heartbeats import ALIVE_SECONDS, Heartbeats
from app.ledger.pauses import Pauses
from app.ledger.probe import backlog
from app.operations.described import iso
from app.operations.looks import Looks
from app.operations.readiness import Readiness, Ready
from app.rules_in_force.in_force import InForce


@dataclass(frozen=True)
class Health:
    """`more` adds facts by their name, such as the login at the CRM; each is asked when somebody looks."""

    readiness: Readiness
    current: InForce
    database: Database
    more: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    _looks: Looks = field(default_factory=Looks)

    def details(self, ready: Ready) -> dict[str, Any]:
        """The facts; what cannot be found out is none, as the ledger's are while it is away."""
        asked: dict[str, Callable[[], Any]] = {
            "config": self._config,
            "database": lambda: {"reason": ready.reason, "error": ready.error},
            **self.more,
            **{name: ask if ready.reason is None else lambda: None for name, ask in self._ledger().items()},
        }
        return {name: self._looks.at(name, ask, None) for name, ask in asked.items()}

    def _config(self) -> dict[str, Any]:
        rejected = self.current.rejected
        return {
            "hash": self.current.get().hash,
            "rejected": rejected
            and {"hash": rejected.hash, "at": iso(rejected.at), "problems": list(rejected.problems)},
        }

    def _ledger(self) -> dict[str, Callable[[], Any]]:
        return {"engine": self._engine, "backlog": self._backlog, "pauses": self._pauses}

    def _engine(self) -> dict[str, Any]:
        seen = Heartbeats(self.database).last_seen()
        return {"alive": seen is not None and seen < ALIVE_SECONDS, "secondsSinceLastSeen": _rounded(seen)}

    def _backlog(self) -> dict[str, Any]:
        return {
            state: {"count": count, "oldestSeconds": _rounded(oldest) if count else None}
            for state, (count, oldest) in backlog(self.database).items()
        }

    def _pauses(self) -> list[dict[str, Any]]:
        return [
            {
                "scope": pause.scope,
                "reason": pause.reason,
                "message": pause.message,
                "since": iso(pause.since),
                "probes": pause.probes,
            }
            for pause in Pauses(self.database).all().values()
        ]


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds))
