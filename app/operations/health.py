"""What an operator wants to know of a running Ringback, at a glance. It holds no personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from app.ledger.database import Database
from app.operations.described import iso
from app.operations.looks import Looks
from app.operations.now import Now
from app.operations.readiness import Readiness, Ready
from app.rules_in_force.in_force import InForce


@dataclass(frozen=True)
class Health:
    """`more` adds facts by their name, such as the login at the CRM; each is asked when somebody looks."""

    readiness: Readiness
    in_force: InForce
    database: Database
    more: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
    _looks: Looks = field(default_factory=Looks)

    def details(self, ready: Ready) -> dict[str, Any]:
        """The facts; what cannot be found out is none, as the ledger's are while it is away."""
        now = self._looks.at("ledger", lambda: Now.of(self.database), None) if ready.reason is None else None
        asked: dict[str, Callable[[], Any]] = {
            "config": self._config,
            "database": lambda: {"reason": ready.reason, "error": ready.error},
            **self.more,
            **{name: partial(tell, now) if now else lambda: None for name, tell in _LEDGER.items()},
            "reconcile": lambda: self._reconcile(now) if now else None,
        }
        return {name: self._looks.at(name, ask, None) for name, ask in asked.items()}

    def _config(self) -> dict[str, Any]:
        rejected = self.in_force.rejected
        return {
            "hash": self.in_force.loaded.hash,
            "rejected": rejected
            and {"hash": rejected.hash, "at": iso(rejected.at), "problems": list(rejected.problems)},
        }

    def _reconcile(self, now: Now) -> list[dict[str, Any]]:
        return [
            {
                "source": run.source,
                "ranAt": iso(run.ran_at),
                "succeededAt": iso(run.succeeded_at),
                "reason": run.reason,
                "message": run.message,
            }
            for run in now.reconciles_of(self.in_force.loaded.config)
        ]


def _engine(now: Now) -> dict[str, Any]:
    return {"alive": now.engine_alive, "secondsSinceLastSeen": _rounded(now.engine_seen)}


def _backlog(now: Now) -> dict[str, Any]:
    return {
        state.value: {"count": count, "oldestSeconds": _rounded(oldest) if count else None}
        for state, (count, oldest) in now.open.items()
    }


def _pauses(now: Now) -> list[dict[str, Any]]:
    return [
        {
            "scope": pause.scope,
            "reason": pause.reason,
            "message": pause.message,
            "since": iso(pause.since),
            "probes": pause.probes,
        }
        for pause in now.pauses.values()
    ]


def _rounded(seconds: float | None) -> int | None:
    return None if seconds is None else max(0, round(seconds))


_LEDGER: Mapping[str, Callable[[Now], Any]] = {"engine": _engine, "backlog": _backlog, "pauses": _pauses}
