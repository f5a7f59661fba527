"""What jtel has and the ledger has not is taken in, and only that; on both databases, with a real jtel."""

import tracemalloc
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from app.domain.entry import State
from app.jtel.errors import JtelError
from app.jtel.records import AcdEvent
from app.operations.purge import DAY, Keep, Purge
from app.operations.reconcile import compare
from app.operations.reconcile.limits import Limits
from app.operations.reconcile.report import LeftOut
from tests.operations.reconcile.conftest import Pair
from tests.operations.reconcile.records import NUMBER, event, flat
from tests.support.jtel import HTML, Told, as_json, events_stream, listed

HOUR = 3600.0
# For what jtel's answer alone decides, before the ledger is asked.
ON_SQLITE = pytest.mark.parametrize("desk", ["sqlite"], indirect=True)


def test_is_taken_in_as_if_it_had_come(pair: Pair) -> None:
    """It waits for an engine with its rule, number and external id, ours from the first moment, and marked."""
    record = event()
    pair.show([record])

    report = pair.run()

    (entry,) = pair.entries(record)
    assert ([str(record["ID"])], True) == (report.taken, report.complete)
    assert (State.WAITING, True, True, 1) == (entry.state, entry.promised, entry.reconciled, entry.turn)
    assert ("b2b", f"default-{record['ID']}") == (entry.rule, entry.external_id)
    (found,) = pair.desk.list("--number", NUMBER, "--state", "waiting")
    assert (record["ID"], True) == (found["acdEventsId"], found["reconciled"])


def test_second_run_finds_nothing(pair: Pair) -> None:
    """What is there once is the same from then on."""
    pair.show([event() for _ in range(5)])

    first, second = pair.run(), pair.run()

    assert (5, 0, 5) == (first.found, second.found, second.same)
    assert Counter() == second.left_out


def test_only_shown(pair: Pair) -> None:
    """Without a yes the report is the same, and the ledger is as it was."""
    record, unreadable = event(), event(Sender="anonymous")
    pair.show([record, unreadable])

    report = pair.run(only_show=True)

    assert ([str(record["ID"])], [str(unreadable["ID"])]) == (report.taken, report.invalid)
    assert 1 == len(pair.desk.ledger.select())


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"AcdEventTypesID": 1}, LeftOut.NO_CALLBACK),
        ({"AcdEventTypesID": None}, LeftOut.NO_CALLBACK),
        ({"AcdGroupsID": 236}, LeftOut.OTHER_GROUP),
        ({"AcdGroupsID": None}, LeftOut.OTHER_GROUP),
        *(({"AcdEventStatusID": status}, LeftOut.FINAL) for status in (98, 99, 100)),
        ({"ID": 0}, LeftOut.NO_EVENT_ID),
        ({"ID": None}, LeftOut.NO_EVENT_ID),
        ({"dtCreated": None}, LeftOut.NO_TIME),
        ({"dtCreated": "0000-00-00T00:00:00"}, LeftOut.NO_TIME),
        ({"age": 599}, LeftOut.YOUNG),
        ({"age": -60}, LeftOut.YOUNG),
        ({"age": DAY + 60}, LeftOut.OLD),
    ],
    ids=str,
)
@ON_SQLITE
def test_is_left_out(pair: Pair, fields: dict[str, Any], why: LeftOut) -> None:
    """Each is left out for its reason, which the report says."""
    pair.show([event(**fields)])

    report = pair.run()

    assert (Counter({why: 1}), 0, 1) == (report.left_out, report.found, report.looked_at)
    assert 1 == len(pair.desk.ledger.select())


def test_is_not_left_out(pair: Pair) -> None:
    """What jtel has not done with is taken, whatever else its status is; so is what is as old as it may be."""
    open_ones = [event(AcdEventStatusID=status) for status in (0, 1, 20, 30, 40, None, 77)]
    pair.show([*open_ones, event(age=601), event(age=DAY - 60), event(AcdEventTypesID="3", AcdGroupsID="235")])

    report = pair.run()

    assert {str(one["ID"]) for one in open_ones} <= set(report.taken)
    assert 10 == report.found


def test_since(pair: Pair) -> None:
    """Nothing is taken that is older than asked for; nor with an earlier time what is older than the first callback."""
    now = pair.desk.ledger.now()
    pair.show([event(age=5 * HOUR), event(age=3 * HOUR), event(age=2 * DAY)])

    late, early = pair.run(since=now - 4 * HOUR, only_show=True), pair.run(since=now - 10 * DAY, only_show=True)

    assert (1, 2) == (late.found, early.found)


def test_nothing_before_ringback(pair: Pair) -> None:
    """As long as no callback of the source has come nothing is taken in, whatever came of another source."""
    pair.desk.change(pair.first, {"source": "berlin-2"})
    pair.show([event()])

    report = pair.run()

    assert (None, Counter({LeftOut.OLD: 1})) == (report.since, report.left_out)


def test_first_callback_that_waits(pair: Pair) -> None:
    """The first callback is one, though Salesforce was away when it came."""
    pair.desk.change(pair.first, {"state": State.WAITING})
    pair.show([event()])

    assert 1 == pair.run().found


def test_what_is_known_is_never_touched(pair: Pair) -> None:
    """An event that is known with other content stays as it is, in whatever state."""
    records = [event(Subject="Another") for _ in State]
    known = [
        pair.desk.add(state, {**flat(record), "Subject": "Offer"})
        for state, record in zip(State, records, strict=True)
        if state is not State.INVALID
    ]
    pair.show([one for one, state in zip(records, State, strict=True) if state is not State.INVALID])

    report = pair.run()

    assert (0, len(known)) == (report.found, report.same)
    assert known == [pair.desk.now(one) for one in known]


def test_purged_skeleton_is_known(pair: Pair) -> None:
    """A callback whose payload was removed is known still."""
    record = event()
    pair.desk.add(State.DELIVERED, flat(record), age=2 * HOUR)
    Purge(pair.desk.ledger, Keep(0.01, 0.01, None)).run()
    pair.show([record])

    report = pair.run()

    assert (0, 1) == (report.found, report.same)


def test_purged_row_does_not_come_again(pair: Pair) -> None:
    """A callback whose whole entry was removed is older than what may be taken in, though jtel has it open still."""
    pair.desk.add(State.DELIVERED, age=20 * DAY)
    record = event(age=9 * DAY)
    gone = pair.desk.add(State.DELIVERED, flat(record), age=9 * DAY)
    waiting = pair.desk.add(State.WAITING, age=20 * DAY)
    pair.kept_days = 8.0
    Purge(pair.desk.ledger, Keep(8.0, 8.0, 8.0)).run()
    pair.show([record, event(age=7.9 * DAY)])

    report = pair.run()

    assert (None, State.WAITING) == (pair.desk.ledger.get(gone.id), pair.desk.state(waiting))
    assert Counter({LeftOut.OLD: 2}) == report.left_out


def test_longer_kept_than_before(pair: Pair) -> None:
    """Where entries were kept shorter before, the oldest that has ended says since when all are known."""
    pair.desk.add(State.WAITING, age=20 * DAY)
    pair.show([event(age=9 * DAY)])

    assert Counter({LeftOut.OLD: 1}) == pair.run().left_out


@pytest.mark.parametrize("event_id", [4711, 2**40])
def test_invalid_is_taken_once(pair: Pair, event_id: int) -> None:
    """What cannot be understood is kept once, marked, and found by its event; the next run leaves it out."""
    pair.show([event(ID=event_id, Sender="anonymous")])

    first, second = pair.run(), pair.run()

    (entry,) = pair.desk.ledger.select()[1:]
    assert ([str(event_id)], []) == (first.invalid, second.invalid)
    assert Counter({LeftOut.DECIDED: 1}) == second.left_out
    assert (State.INVALID, True, (str(event_id),)) == (entry.state, entry.reconciled, entry.invalid_event_ids)


def test_came_garbled(pair: Pair) -> None:
    """An event that reached us garbled is taken in from jtel; not where a person has discarded what came."""
    record, discarded = event(), event()
    for one in (record, discarded):
        pair.desk.add_invalid(b'{"AcdEventsID": %d, "Caller": ""}' % one["ID"])
    pair.desk.change(pair.desk.ledger.select()[-1], {"state": State.DISCARDED})
    pair.show([record, discarded])

    first, second = pair.run(), pair.run()

    assert ([str(record["ID"])], 0) == (first.taken, second.found)
    assert Counter({LeftOut.DECIDED: 1}) == second.left_out


def test_cap(pair: Pair) -> None:
    """A run takes in so many, the oldest first, and counts the rest; the next goes on."""
    records = [event(age=HOUR - number) for number in range(5)]
    records[1]["Sender"] = "anonymous"
    pair.show(records)

    reports = [pair.run(cap=2) for _ in range(4)]

    assert [2, 2, 1, 0] == [one.found for one in reports]
    assert [3, 1, 0, 0] == [one.left_out[LeftOut.CAP] for one in reports]
    assert [str(records[0]["ID"])] == reports[0].taken


def test_both_sides(pair: Pair) -> None:
    """The report also says what the ledger has and jtel shows no more; several versions of an event are one."""
    same, gone = event(), event()
    for one in (same, gone):
        pair.desk.add(State.DELIVERED, flat(one))
        pair.desk.add(State.DELIVERED, {**flat(one), "Subject": "Other"})
    pair.show([same, event()])

    report = pair.run()

    assert (1, 1, 2) == (report.same, report.found, report.looked_at)
    assert {str(pair.first.event_id), str(gone["ID"])} == set(report.gone or ())
    assert 2 == report.gone_count


@pytest.mark.parametrize(
    "told",
    [
        as_json({"status": 401, "error": "Unauthorized"}, 401),
        as_json({"status": 500, "error": "Internal"}, 500),
        Told(HTML, 200, {"Content-Type": "text/html"}),
        Told(hang_up=True),
    ],
    ids=["401", "500", "html", "hang up"],
)
@ON_SQLITE
def test_jtel_fails(pair: Pair, told: Told) -> None:
    """Nothing is taken in, and the report is not complete."""
    pair.show(told)

    with pytest.raises(JtelError):
        pair.run()

    assert (0, False) == (pair.report.found, pair.report.complete)


def test_breaks_in_the_middle(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before jtel broke off is taken in; the next run takes the rest, and nothing twice."""
    monkeypatch.setattr(compare, "CHUNK", 100)
    records = [event() for _ in range(400)]
    whole = listed(records)
    assert isinstance(whole.body, bytes)
    pair.show(Told(whole.body, 200, whole.headers, cut=len(whole.body) * 2 // 3))
    with pytest.raises(JtelError):
        pair.run(cap=10_000)
    before = pair.report.found
    pair.show(events_stream(records, len(records)))

    after = pair.run(cap=10_000)

    assert 0 < before < 400
    assert (before, 400 - before) == (after.same, after.found)
    assert 401 == len({one.event_id for one in pair.desk.ledger.select()}) == len(pair.desk.ledger.select())


@ON_SQLITE
def test_holds_no_list(pair: Pair) -> None:
    """However many events jtel has, the memory that it takes stays the same: far less than they would."""
    first = event(age=DAY / 2)
    began = first["ID"] * 1000

    def records(count: int) -> Iterator[dict[str, Any]]:
        return ({**first, "ID": began + number, "AcdEventStatusID": 99} for number in range(count))

    peaks = []
    for count in (500, 3_000):
        pair.show(events_stream(records(count), count))
        tracemalloc.start()
        assert count == pair.run().looked_at
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 1_500_000


def test_event_stands_twice(pair: Pair) -> None:
    """An event that stands twice in jtel's list is taken in once, understood or not."""
    records = [event(), event(Sender="anonymous")]
    pair.show([*records, *records])

    report = pair.run()

    assert 2 == report.found
    assert 3 == len(pair.desk.ledger.select())


@pytest.mark.parametrize(
    ("written", "until", "since", "why"),
    [
        # The hour from 2 to 3 comes twice on that day: 00:30 and 01:30 UTC.
        ("2026-10-25T02:30:00", "2026-10-25T01:00:00+00:00", "2026-10-24T00:00:00+00:00", LeftOut.YOUNG),
        ("2026-10-25T02:30:00", "2026-10-25T03:00:00+00:00", "2026-10-25T01:00:00+00:00", LeftOut.OLD),
        ("2026-10-25T02:30:00", "2026-10-25T02:00:00+00:00", "2026-10-25T00:00:00+00:00", None),
        ("2026-10-25T02:30:00+01:00", "2026-10-25T03:00:00+00:00", "2026-10-25T01:00:00+00:00", None),
    ],
)
@ON_SQLITE
def test_hour_that_comes_twice(pair: Pair, written: str, until: str, since: str, why: LeftOut | None) -> None:
    """What may have been made at either time must be neither too old nor too young at both."""
    begin, end = (datetime.fromisoformat(one).timestamp() for one in (since, until))
    limits = Limits(begin, end, end)
    made = AcdEvent({"dtCreated": written}).created
    assert made is not None

    assert why is limits.why_not(made, pair.source.zone)
