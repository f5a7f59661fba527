"""A repair of many callbacks gets on in slices, whoever dies; it does what was planned, once."""

import threading
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.delivery.attempt import Attempts
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.delivery.pausing import Troubles
from app.domain.asked import AskedFor
from app.domain.entry import Entry, State
from app.ledger.ledger import Ledger
from app.ledger.pauses import Pauses
from app.ledger.repairs import PLAN_SECONDS, Repair, RepairDeed, Repairs
from app.ledger.tables import duty, repair, repaired
from app.ledger.tables import entry as rows
from app.operations.discard import Discarding
from app.operations.find import Choice
from app.operations.paging import ids_of
from app.operations.plan import plan
from app.operations.purge import Keep, Purge
from app.operations.repair import MOST_DISCARDED, Repairing
from app.rules_in_force.in_force import InForce, Loaded
from tests.operations.test_races import Nowhere
from tests.support.desk import Desk
from tests.support.writing import writing

GOING = threading.Event()


class DeathError(BaseException):
    """The process is killed."""


def repairing(desk: Desk, ledger: Ledger | None = None) -> Repairing:
    ledger = ledger or desk.ledger
    crm: Any = Nowhere(lambda: None)

    def attempts(runner: str, asked: AskedFor) -> Attempts:
        troubles = Troubles(Pauses(ledger.database))
        return Attempts(crm, Courier(crm, KnownDrops(), 1), ledger, troubles, "config", runner, asked=asked)

    return Repairing(ledger, InForce(Loaded(desk.config, "config")), attempts)


def asked(desk: Desk, entries: list[Entry], by: str = "olga") -> Repair:
    """A repair that is asked for: it discards these."""
    repairs = Repairs(desk.ledger.database)
    number = repairs.plan(RepairDeed.DISCARD, [one.id for one in entries], by, named=False)
    assert repairs.ask(number, by, "A test")
    return known(desk, number)


def known(desk: Desk, number: int) -> Repair:
    found = Repairs(desk.ledger.database).get(number)
    assert found is not None
    return found


def change(desk: Desk, table: Any, **values: Any) -> None:
    with writing(desk.ledger.database) as connection:
        connection.execute(update(table).values(**values))


def states(desk: Desk, entries: list[Entry]) -> set[State]:
    return {desk.state(one) for one in entries}


def test_gets_on_in_slices(desk: Desk) -> None:
    """Each look does a slice of it, and anybody sees how far it has come; who asked and why stands with each."""
    entries = [desk.add(State.FAILED) for _ in range(MOST_DISCARDED + 5)]
    one, worker = asked(desk, entries), repairing(desk)

    assert worker.run_once(GOING)
    assert {"discarded": MOST_DISCARDED} == Repairs(desk.ledger.database).counts(one)
    assert worker.run_once(GOING)
    assert not worker.run_once(GOING)

    assert {State.DISCARDED} == states(desk, entries)
    assert known(desk, one.id).ended_at is not None
    lines = [line for entry in entries for line in desk.ledger.attempts(entry.id)]
    assert {("olga", "A test", "discarded")} == {(line.asked_by, line.note, line.outcome) for line in lines}


def test_progress_of_the_latest(desk: Desk) -> None:
    """Each repair counts its own callbacks only; what has not begun counts none; a plan is no repair yet."""
    done = asked(desk, [desk.add(State.FAILED) for _ in range(3)])
    assert repairing(desk).run_once(GOING)
    waits = asked(desk, [desk.add(State.FAILED)])
    repairs = Repairs(desk.ledger.database)
    repairs.plan(RepairDeed.REPLAY, [1], "olga", named=False)

    assert {done.id: 3, waits.id: 0} == {repair.id: count for repair, count in repairs.latest_progress(5)}
    assert [waits.id] == [repair.id for repair, _ in repairs.latest_progress(1)]


def test_killed_half_way(desk: Desk) -> None:
    """The next process goes on when the duty of the dead one is over; nothing is left out."""
    entries = [desk.add(State.FAILED) for _ in range(12)]
    one = asked(desk, entries)
    with pytest.raises(DeathError):
        repairing(desk, Dying(desk.ledger, after=5)).run_once(GOING)
    assert {State.DISCARDED, State.FAILED} == states(desk, entries)

    other = repairing(desk)
    assert not other.run_once(GOING), "the dead one may still be alive"
    change(desk, duty, until=0.0)
    while other.run_once(GOING):
        pass

    assert {State.DISCARDED} == states(desk, entries)
    assert known(desk, one.id).ended_at is not None
    assert {"discarded": 7, "already": 5} == Repairs(desk.ledger.database).counts(one)


class Dying(Ledger):
    """A ledger whose process is killed after so many changes."""

    def __init__(self, ledger: Ledger, after: int) -> None:
        super().__init__(ledger.database, ledger.codec)
        self._left = after

    def change(self, *arguments: Any, **options: Any) -> Entry | None:
        if not self._left:
            raise DeathError
        self._left -= 1
        return super().change(*arguments, **options)


def test_what_is_gone(desk: Desk) -> None:
    """A callback that has been removed since is told as such, and the others are done."""
    entries = [desk.add(State.FAILED) for _ in range(2)]
    one, worker = asked(desk, entries), repairing(desk)
    with writing(desk.ledger.database) as connection:
        connection.execute(delete(rows).where(rows.c.id == entries[0].id))
    while worker.run_once(GOING):
        pass

    assert {"gone": 1, "discarded": 1} == Repairs(desk.ledger.database).counts(one)
    assert set(Repairs(desk.ledger.database).counts(one)) <= {fate.name.lower() for fate in Discarding}


def test_asked_for_once(desk: Desk) -> None:
    """Who sends the form twice does it once, and nobody else's plan can be asked for."""
    repairs = Repairs(desk.ledger.database)
    number = repairs.plan(RepairDeed.REPLAY, [1], "olga", named=False)

    assert [False, True, False] == [repairs.ask(number, who, "Why") for who in ("otto", "olga", "olga")]


def test_old_plan(desk: Desk) -> None:
    """A plan shows what was; when that is long ago it cannot be asked for."""
    repairs = Repairs(desk.ledger.database)
    number = repairs.plan(RepairDeed.REPLAY, [1], "olga", named=False)
    change(desk, repair, planned_at=desk.ledger.now() - PLAN_SECONDS - 1)

    assert not repairs.ask(number, "olga", "Why")
    assert [] == repairs.under_way()


def test_two_operators_at_once(desk: Desk) -> None:
    """Both get on; each callback is done with once, and the second hears that it was."""
    entries = [desk.add(State.FAILED) for _ in range(3)]
    first, second = asked(desk, entries, "olga"), asked(desk, entries, "otto")
    worker = repairing(desk)
    while worker.run_once(GOING):
        pass

    repairs = Repairs(desk.ledger.database)
    assert [{"discarded": 3}, {"already": 3}] == [repairs.counts(one) for one in (first, second)]
    assert all(1 == len(desk.ledger.attempts(entry.id)) for entry in entries)


def test_what_somebody_attempts_is_tried_once_more(desk: Desk) -> None:
    """An engine has it: it comes again when that is over, and then the repair ends either way."""
    entry = desk.lease(desk.add(), 600)
    one, worker = asked(desk, [entry]), repairing(desk)
    worker.run_once(GOING)
    assert not worker.run_once(GOING)
    assert known(desk, one.id).ended_at is None

    change(desk, repaired, again_at=0.0)
    worker.run_once(GOING)
    worker.run_once(GOING)

    assert known(desk, one.id).ended_at is not None
    assert {"leased": 1} == Repairs(desk.ledger.database).counts(one)


def test_what_comes_later_is_not_taken_in(desk: Desk) -> None:
    """The plan is what the person has seen."""
    first = desk.add(State.FAILED, age=60)
    chosen = ids_of(desk.ledger, Choice(states=[State.FAILED]), 10)
    later = desk.add(State.FAILED)
    repairs = Repairs(desk.ledger.database)
    number = repairs.plan(RepairDeed.DISCARD, chosen, "olga", named=False)
    repairs.ask(number, "olga", "Why")
    repairing(desk).run_once(GOING)

    assert [State.DISCARDED, State.FAILED] == [desk.state(one) for one in (first, later)]


def test_plan_of_a_discard(desk: Desk) -> None:
    """It counts by state and reason, says when the oldest came, and why some cannot be."""
    old = desk.add(State.FAILED, reason="crm_timeout", age=600)
    entries = [old, desk.add(State.DELIVERED), desk.lease(desk.add(), 60)]

    planned = plan(desk.ledger, [one.id for one in entries], RepairDeed.DISCARD, named=False)

    assert {(State.FAILED, "crm_timeout"): 1} == planned.chosen
    assert ["delivered", "leased"] == sorted(fate.name.lower() for fate in planned.skipped)
    assert old.received_at == planned.oldest


def test_at_most_so_many_the_oldest_first(desk: Desk) -> None:
    """What is more comes with the next repair."""
    entries = [desk.add(State.FAILED, age=age) for age in (10, 30, 20)]

    assert [entries[1].id, entries[2].id] == ids_of(desk.ledger, Choice(states=[State.FAILED]), 2)


def test_purge_forgets_old_repairs(desk: Desk) -> None:
    """Notes are a person's own words, so repairs are kept like payloads."""
    one = asked(desk, [desk.add(State.FAILED)])
    repairing(desk).run_once(GOING)
    change(desk, repair, planned_at=desk.ledger.now() - 31 * 86_400)

    Purge(desk.ledger, Keep()).run()

    assert Repairs(desk.ledger.database).get(one.id) is None
    with desk.ledger.database.read() as connection:
        assert [] == connection.execute(select(repaired)).all()
