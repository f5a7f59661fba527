"""A repair through the page, with real processes: each callback once, whoever dies and whoever asks twice."""

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from app.domain.entry import State
from app.ledger.tables import duty, entry, repair, repaired
from app.operations.console_settings import Role
from tests.support.console_client import ConsoleClient
from tests.support.console_users import OPERATOR, console_environment, user_entry
from tests.support.patience import PATIENCE
from tests.support.process import children
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing

CALLBACKS = 500
OTHER = ("otto", "another-operators-password")
_TWO = {"WEB_CONCURRENCY": "2"}


def test_both_processes_die_and_two_operators_ask_twice(tmp_path: Path) -> None:
    """Each callback has one Case in the end, and both repairs say what became of each."""
    users = console_environment()
    users["RINGBACK_CONSOLE_USERS"] += f" {user_entry(*OTHER, Role.OPERATOR)}"
    with RunningSandbox() as sandbox, RunningRingback(sandbox.url, tmp_path / "log", {**users, **_TWO}) as ringback:
        _fail(ringback, CALLBACKS)
        sandbox.fault("latency", seconds=0.3)
        plans = [_planned(ringback, *user) for user in (OPERATOR, OTHER)]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda plan: plan[0].post(plan[1], note="After the outage"), plans * 2))
        _wait_until(lambda: _count(ringback, repaired) > 0)
        assert _count(ringback, entry, entry.c.state == State.DELIVERED.value) < CALLBACKS
        _kill_workers(ringback)
        sandbox.clear_faults()
        _wait_until(lambda: _all_ended(ringback, len(plans)))

        ringback.wait_for(State.DELIVERED.value)
        rows = sandbox.query("SELECT jtel_AcdEventsID__c FROM Case")
        assert sorted(row["jtel_AcdEventsID__c"] for row in rows) == sorted(
            f"default-{number}" for number in range(1, CALLBACKS + 1)
        )
        assert _count(ringback, repaired) == CALLBACKS * len(plans)


def _fail(ringback: RunningRingback, count: int) -> None:
    """So many callbacks have failed."""
    with writing(ringback.database) as connection:
        connection.execute(insert(entry), [_failed(number) for number in range(1, count + 1)])


def _failed(number: int) -> dict[str, Any]:
    body = b'{"AcdEventsID": %d, "CallbackNumber": "49309%07d", "Subject": "Please call back"}' % (number, number)
    return {
        "source": "default",
        "event_id": str(number),
        "turn": 1,
        "external_id": f"default-{number}",
        "state": State.FAILED.value,
        "reason": "crm_refused",
        "body": body,
        "query": b"",
        "request_id": "request",
        "received_at": time.time() - 3600,
        "promised": True,
        "unknown": False,
    }


def _planned(ringback: RunningRingback, name: str, password: str) -> tuple[ConsoleClient, str]:
    """The operator, and where the plan for all that failed is shown."""
    operator = ConsoleClient(ringback.url)
    operator.sign_in(name, password)
    return operator, operator.post("/console/repair", deed="replay", state=State.FAILED.value).headers["Location"]


def _kill_workers(ringback: RunningRingback) -> None:
    """What they held is over at once, which nobody has to wait for here; gunicorn starts others."""
    for pid in children(ringback.process.pid):
        os.kill(pid, signal.SIGKILL)
    with writing(ringback.database) as connection:
        connection.execute(update(duty).values(until=0.0))
        connection.execute(update(entry).where(entry.c.lease.is_not(None)).values(lease_until=0.0))


def _all_ended(ringback: RunningRingback, repairs: int) -> bool:
    """What another has attempted is tried once more after two minutes; here as soon as nobody attempts anything."""
    if not _count(ringback, entry, entry.c.lease.is_not(None)):
        with writing(ringback.database) as connection:
            connection.execute(update(repaired).where(repaired.c.again_at.is_not(None)).values(again_at=0.0))
    return _count(ringback, repair, repair.c.ended_at.is_not(None)) == repairs


def _count(ringback: RunningRingback, table: Any, *conditions: Any) -> int:
    with ringback.database.read() as connection:
        return int(connection.execute(select(func.count()).select_from(table).where(*conditions)).scalar_one())


def _wait_until(happened: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.05)
