"""A run of chaos: callbacks and trouble, then peace, then the account."""

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app.delivery.case.comments import QUIET_SECONDS
from app.domain.reasons import Reason
from app.ledger.database import LedgerError
from tests.support.chaos_check import MOVING, problems
from tests.support.chaos_found import look
from tests.support.chaos_house import House, wait_until
from tests.support.chaos_load import Load, by_callback
from tests.support.chaos_trouble import Trouble
from tests.support.chaos_twice import doubled
from tests.support.postgres import RunningPostgres


@dataclass(frozen=True)
class Plan:
    """What a run is like. `hurry` lets the leases of the dead run out at once instead of waiting for them.

    `pause` is the time from one trouble to the next; without it the run is calm. `first` are the kinds of trouble that
    come before those that the seed chooses, and all of them come.
    """

    seed: int
    callbacks: int
    engine: str = "embedded"
    rate: float = 40.0
    pause: float | None = 1.5
    # What waits out the quiet time of an unknown outcome needs that and its turn.
    drain: float = 2 * QUIET_SECONDS
    hurry: bool = True
    first: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """How it went. `problems` are broken promises; there should be none. `counts` are its answers and its seconds.

    `troubles` are those that were made, `sent` the kinds of callbacks and the manners of clients.
    """

    summary: str
    problems: list[str]
    counts: Counter[str]
    troubles: Counter[str] = field(default_factory=Counter)
    sent: frozenset[str] = frozenset()


def run(plan: Plan, folder: Path, postgres: RunningPostgres | None) -> Report:
    """One run, on Postgres if there is one, else on SQLite."""
    with House(folder, plan.engine, postgres) as house:
        load = Load(house.ringback.url, plan.callbacks, plan.rate, plan.seed)
        trouble = Trouble(house, plan.seed, plan.pause, plan.first)
        started = time.monotonic()
        load.start()
        trouble.start()
        load.join()
        trouble.stop()
        sent = time.monotonic() - started
        if plan.hurry and plan.pause:
            house.pass_time()
        began = time.monotonic()
        still = wait_until(lambda: _still(house), plan.drain, 0.2)
        drained = time.monotonic() - began
        found = look(house, trouble.lost + _ledger_away(load))
        lines = [*load.surprises, *problems(found, load.answers)]
        if not still:
            lines.insert(0, f"after {plan.drain:.0f} s something moves still: {_pauses(house)}")
        counts = _answers(load)
        parts = {**_parts(plan, load, trouble, house), "cases": len(found.cases), "comments": len(found.comments)}
        parts["doubled"] = doubled(found)
        seconds = {"seconds": round(sent), "drained_s": round(drained, 1)}
        summary = " ".join(f"{name}={value}" for name, value in {**parts, **counts, **seconds}.items())
        kinds = frozenset(answer.callback.kind for answer in load.answers) | load.manners.keys()
        return Report(summary, lines, counts + Counter(seconds=round(sent)), trouble.made, kinds)


def _still(house: House) -> bool:
    return house.running() and not any(row["state"] in MOVING for row in house.ringback.entries())


def _ledger_away(load: Load) -> int:
    return sum(answer.body.get("reason") == Reason.LEDGER_UNAVAILABLE.word for answer in load.answers)


def _pauses(house: House) -> str:
    from app.ledger.pauses import Pauses

    try:
        return f"pauses {Pauses(house.ringback.database).all()}"
    except LedgerError as error:
        return str(error)


def _answers(load: Load) -> Counter[str]:
    given = Counter({200: "200", 500: "500"}.get(answer.status, "no_answer") for answer in load.answers)
    return Counter({name: given[name] for name in ("200", "500", "no_answer")})


def _parts(plan: Plan, load: Load, trouble: Trouble, house: House) -> dict[str, object]:
    return {
        "engine": plan.engine,
        "database": "postgres" if house.postgres else "sqlite",
        "seed": plan.seed,
        "sent": len(load.answers),
        "repeats": len(load.answers) - len(by_callback(load.answers)),
        "answers": _counts(Counter(answer.word for answer in load.answers)),
        "clients": _counts(load.manners),
        "kills": _counts(house.kills),
        "trouble": _counts(trouble.made),
        "lost": trouble.lost,
    }


def _counts(counter: Counter[str]) -> str:
    return "{" + ",".join(f"{name}:{count}" for name, count in sorted(counter.items())) + "}"
