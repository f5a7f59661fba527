"""A newer process has a source that an older one does not: what waits of it is left to the newer one."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from app.delivery.engine.engine import Engine
from app.delivery.engine.procrastinate_worker import ProcrastinateWorker
from app.delivery.request.intake import Sent
from app.domain.entry import State
from app.domain.reasons import Reason
from app.ledger.database import LedgerError
from app.ledger.pauses import ORG, rule_scope
from app.ledger.tables import entry as rows
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE

Send = Callable[..., Sent]
NEW = "berlin-2"
OLDER = replace(CONFIG, sources={name: source for name, source in CONFIG.sources.items() if name != NEW})
HOUR = 3600.0
NEVER = 1e9


@pytest.fixture
def database_url(each_ledger: str) -> str:
    return each_ledger


@pytest.fixture
def older(desk: Desk, database_url: str, crm: MoodyCrm) -> Iterator[Desk]:
    """A process on the desk's ledger that does not know the new source, and leaves it to others for ever."""
    with open_desk(database_url, crm, OLDER) as opened:
        opened.engine.claiming.others_after = NEVER
        yield opened


def wait(desk: Desk, sent: Send, *callbacks: tuple[int, str]) -> None:
    """Callbacks that wait and are due, each with its source."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, HOUR)
    for event_id, source in callbacks:
        desk.delivery.accept(sent(event_id, source))
    desk.pauses.end(ORG)


def states(desk: Desk) -> list[State]:
    return [entry.state for entry in desk.ledger.select(rows.c.id > 0)]


def run_for_long(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine has been at it for two hours."""
    monkeypatch.setattr(engine.claiming, "_steady_since", time.monotonic() - 2 * HOUR)


def has_failed(desk: Desk) -> bool:
    desk.engine.run_once()
    return State.FAILED in states(desk)


def test_left_to_who_knows_it(desk: Desk, older: Desk, sent: Send) -> None:
    """The older engine delivers what it knows and leaves the rest; the newer one delivers that at once."""
    wait(desk, sent, (1, NEW), (2, NEW), (3, "default"))
    taken = older.engine.run_once()
    left = states(desk)
    desk.engine.run_once()

    assert (1, [State.WAITING, State.WAITING, State.DELIVERED]) == (taken, left)
    assert [State.DELIVERED] * 3 == states(desk)
    assert [1] * 3 == [entry.attempts for entry in desk.ledger.select(rows.c.id > 0)]


def test_what_a_dead_process_held(desk: Desk, older: Desk, sent: Send) -> None:
    """It is left to them, too, when the process that attempted it has died."""
    wait(desk, sent, (1, NEW))
    desk.engine.claiming.queue.claim("of the dead", -60, 1)

    assert (0, 1) == (older.engine.run_once(), desk.engine.run_once())
    assert [State.DELIVERED] == states(desk)


def test_fails_when_nobody_knows_it(desk: Desk, older: Desk, sent: Send) -> None:
    """What nobody has taken for a good while needs a person: it fails, with one attempt that says why."""
    wait(desk, sent, (1, NEW))
    older.engine.claiming.others_after = 1.0 / older.engine.pace

    assert wait_until(lambda: has_failed(older), PATIENCE)
    (failed,) = desk.ledger.select(rows.c.id > 0)
    assert (Reason.MAPPING_FAILED.word, 1) == (failed.reason, failed.attempts)


def test_no_time_passes_while_the_ledger_is_away(
    desk: Desk, older: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An engine that has just started, or found the ledger again, gives others time to take what has long been due."""

    def away() -> None:
        raise LedgerError("OperationalError")

    wait(desk, sent, (1, NEW))
    desk.ledger.change(1, lambda _, now: {"due_at": now - 2 * HOUR})
    older.engine.claiming.others_after = HOUR / older.engine.pace
    just_started = older.engine.run_once()
    run_for_long(older.engine, monkeypatch)
    with monkeypatch.context() as broken:
        broken.setattr(older.pauses, "all", away)
        older.engine.try_once()
    just_back = older.engine.run_once()
    run_for_long(older.engine, monkeypatch)

    assert (0, 0, 1) == (just_started, just_back, older.engine.run_once())
    assert [State.FAILED] == states(desk)


@pytest.mark.parametrize("scope", [ORG, rule_scope("everyone-else")])
def test_pause_is_probed_by_who_knows_it(desk: Desk, older: Desk, sent: Send, crm: MoodyCrm, scope: str) -> None:
    """The older engine neither attempts it nor ends its pause; the newer one does both."""
    wait(desk, sent, (1, NEW))
    desk.pauses.begin(scope, Reason.QUEUE_NOT_FOUND.word, -1)
    older.engine.run_once()
    left = list(desk.pauses.all()), states(desk), list(crm.calls)
    desk.engine.run_once()

    assert ([scope], [State.WAITING], []) == left
    assert ({}, [State.DELIVERED]) == (desk.pauses.all(), states(desk))


def test_probe_is_of_a_source_that_it_knows(
    desk: Desk, older: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pause is no time in which others could have taken it: the older engine probes with what it knows."""
    wait(desk, sent, (1, NEW), (2, "default"))
    desk.ledger.change(1, lambda _, now: {"due_at": now - 2 * HOUR})
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, -1)
    older.engine.claiming.others_after = HOUR / older.engine.pace
    run_for_long(older.engine, monkeypatch)
    older.engine.run_once()

    assert ({}, [State.WAITING, State.DELIVERED]) == (desk.pauses.all(), states(desk))


@pytest.mark.parametrize("scope", [ORG, rule_scope("everyone-else")])
def test_pause_ends_where_nobody_knows_it(desk: Desk, older: Desk, sent: Send, crm: MoodyCrm, scope: str) -> None:
    """If nobody has probed for a good while nobody can: the pause ends, lest it keeps all that comes for ever."""
    wait(desk, sent, (1, NEW))
    older.engine.claiming.others_after = HOUR / 2 / older.engine.pace
    desk.pauses.begin(scope, Reason.QUEUE_NOT_FOUND.word, -HOUR)
    older.engine.run_once()

    assert ({}, [State.WAITING], []) == (desk.pauses.all(), states(desk), crm.calls)


def test_job_is_passed_on(desk: Desk, older: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker with nothing of its own keeps no job: it wakes another, who may know what waits."""
    wait(desk, sent, (1, NEW))
    woken = threading.Event()
    worker = ProcrastinateWorker("postgresql://nowhere", older.engine, woken.set)
    monkeypatch.setattr("app.delivery.engine.procrastinate_worker.JOB_SECONDS", HOUR)
    threading.Thread(target=worker._deliver, daemon=True).start()

    assert woken.wait(PATIENCE)
    assert [State.WAITING] == states(desk)
