"""What is wrong, who waits, and what came in the last hours."""

from typing import Any

from flask import Blueprint

from app.console.chart import HEIGHT, STEP, WIDTH, bars, counts
from app.console.services import Console
from app.console.snapshot import Snapshot, Snapshots
from app.console.wrong_now import wrong_now
from app.domain.entry import State
from app.domain.reasons import who_acts
from app.ledger.database import LedgerError
from app.metrics import Metric


def add_overview(blueprint: Blueprint, console: Console) -> None:
    """`/console/`."""
    snapshots = Snapshots(console.ledger, console.watch)

    @blueprint.get("/")
    def overview() -> str:
        ready = console.health.readiness.now()
        try:
            seen = snapshots.now() if ready.reason is None else None
        except LedgerError:
            seen = None
        known = _of_ledger(console, seen) if seen else {}
        return console.page("console/overview.html", ready=ready, seen=seen, **known, **_of_process(console))


def _of_ledger(console: Console, seen: Snapshot) -> dict[str, Any]:
    hours = seen.today.hours
    return {
        "clock": seen.now.clock,
        "wrong": wrong_now(seen),
        "bars": bars(hours),
        "counts": counts,
        "chart_size": {"height": HEIGHT, "width": STEP * len(hours), "bar": WIDTH},
        "backlog": seen.now.open[State.WAITING],
        "standing": seen.today.in_state(State.FAILED, State.REFUSED, State.INVALID),
        "waits": seen.today.in_state(State.WAITING),
        "reconciles": seen.now.reconciles_of(console.in_force.loaded.config),
        "who_acts": who_acts,
    }


def _of_process(console: Console) -> dict[str, Any]:
    """What this service knows by itself. Nobody is asked for it, so nothing waits while Salesforce is away."""
    used, limit = console.meter.latest(Metric.API_USED), console.meter.latest(Metric.API_LIMIT)
    return {
        "login": console.crm.login_state(),
        "api": (round(used), round(limit)) if used is not None and limit else None,
        "check": console.crm_check.result(),
        "config": console.in_force.loaded.hash,
        "rejected": console.in_force.rejected,
    }
