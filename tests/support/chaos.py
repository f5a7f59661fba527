"""A run of chaos: callbacks and trouble, then peace, then the account."""

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from app.ledger.database import LedgerError
from tests.support.chaos_check import MOVING, look, problems
from tests.support.chaos_house import House, wait_until
from tests.support.chaos_load import Load
from tests.support.chaos_trouble import Trouble
from tests.support.postgres import RunningPostgres


@dataclass(frozen=True)
class Plan:
    """What a run is like. `hurry` lets the leases of the dead run out at once instead of waiting for them."""

    seed: int
    callbacks: int
    engine: str = "embedded"
    rate: float = 40.0
    pause: float = 1.5
    drain: float = 60.0
    hurry: bool = True


@dataclass(frozen=True)
class Report:
    """How it went. `problems` are broken promises; there should be none."""

    summary: str
    problems: list[str]


def run(plan: Plan, folder: Path, postgres: RunningPostgres | None) -> Report:
    """One run, on Postgres if there is one, else on SQLite."""
    with House(folder, plan.engine, postgres) as house:
        load = Load(house.ringback.url, plan.callbacks, plan.rate, plan.seed)
        trouble = Trouble(house, plan.seed, plan.pause)
        load.start()
        trouble.start()
        load.join()
        trouble.stop()
        if plan.hurry:
            house.pass_time()
        began = time.monotonic()
        still = wait_until(lambda: _still(house), plan.drain)
        drained = time.monotonic() - began
        found = look(house)
        lines = problems(found, load)
        if not still:
            lines.insert(0, f"after {plan.drain:.0f} s something moves still: {_pauses(house)}")
        return Report(_summary(plan, load, trouble, house, drained, len(found.cases), len(found.comments)), lines)


def _still(house: House) -> bool:
    return house.running() and not any(row["state"] in MOVING for row in house.ringback.entries())


def _pauses(house: House) -> str:
    from app.ledger.pauses import Pauses

    try:
        return f"pauses {Pauses(house.ringback.database).all()}"
    except LedgerError as error:
        return str(error)


def _summary(plan: Plan, load: Load, trouble: Trouble, house: House, drained: float, cases: int, comments: int) -> str:
    statuses = Counter({200: "200", 500: "500"}.get(answer.status, "broken") for answer in load.answers)
    words = Counter(answer.word for answer in load.answers)
    repeats = len(load.answers) - len(load.by_callback())
    parts = {
        "engine": plan.engine,
        "database": "postgres" if house.postgres else "sqlite",
        "seed": plan.seed,
        "sent": len(load.answers),
        **{name: statuses[name] for name in ("200", "500", "broken")},
        "repeats": repeats,
        "answers": _counts(words),
        "clients": _counts(load.manners),
        "kills": _counts(house.kills),
        "trouble": _counts(trouble.made),
        "cases": cases,
        "comments": comments,
        "drained_s": round(drained, 1),
    }
    return " ".join(f"{name}={value}" for name, value in parts.items())


def _counts(counter: Counter[str]) -> str:
    return "{" + ",".join(f"{name}:{count}" for name, count in sorted(counter.items())) + "}"
