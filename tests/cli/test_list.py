"""`ringback list`, as an operator calls it."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert, select

from app.domain.entry import Entry, State
from app.domain.record import Dropped
from app.ledger.tables import entry as rows
from tests.support.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

KEYS = [
    "id",
    "source",
    "acdEventsId",
    "turn",
    "state",
    "reason",
    "message",
    "rule",
    "receivedAt",
    "ageSeconds",
    "attempts",
    "object",
    "recordId",
    "caseId",
    "caseNumber",
    "externalId",
    "requestId",
    "promised",
    "dueAt",
    "dropped",
    "mergedInto",
    "purgedAt",
    "reconciled",
    "editedAt",
    "invalidEventIds",
]


def ids(desk: Desk, *arguments: object) -> list[int]:
    return [one["id"] for one in desk.list(*arguments)]


def test_open_ones_newest_first(desk: Desk) -> None:
    """Without options all that is not done is there, the newest first."""
    young, old = desk.add(age=10), desk.add(State.FAILED, age=1000)
    refused = desk.add(State.REFUSED, age=100)
    for done in (State.DELIVERED, State.DISCARDED):
        desk.add(done)

    assert [young.id, refused.id, old.id] == ids(desk)


def test_state(desk: Desk) -> None:
    """--state may be given several times, and for what is done too."""
    by_state = {state: desk.add(state).id for state in State}

    assert [by_state[State.DELIVERED]] == ids(desk, "--state", "delivered")
    assert [by_state[State.FAILED], by_state[State.WAITING]] == ids(desk, "--state", "failed", "--state", "waiting")


def test_source(desk: Desk) -> None:
    """--source leaves out the others'."""
    desk.add()
    berlin = desk.add(source="berlin-2")

    assert [berlin.id] == ids(desk, "--source", "berlin-2")
    assert [] == ids(desk, "--source", "nobody")


def test_reason(desk: Desk) -> None:
    """--reason leaves out the others."""
    desk.add(reason="crm_timeout")
    locked = desk.add(reason="record_locked")

    assert [locked.id] == ids(desk, "--reason", "record_locked")


def test_ages(desk: Desk) -> None:
    """--since and --older-than take ages."""
    old, middle, young = (desk.add(age=hours * 3600) for hours in (5, 3, 1))

    assert [young.id, middle.id] == ids(desk, "--since", "4h")
    assert [middle.id, old.id] == ids(desk, "--older-than", "120m")
    assert [middle.id] == ids(desk, "--since", "4h", "--older-than", "7200s")
    assert [young.id, middle.id, old.id] == ids(desk, "--since", "1d")


@pytest.mark.parametrize(("source", "zone"), [("default", "Europe/Berlin"), ("berlin-2", "UTC")])
def test_time_is_the_sources(desk: Desk, source: str, zone: str) -> None:
    """A time without an offset is on the clock of the source that is asked for, as in jtel's log."""
    entry = desk.add(source=source, age=1800)
    before = datetime.now(ZoneInfo(zone)) - timedelta(hours=1)
    after = before + timedelta(minutes=45)

    assert [entry.id] == ids(desk, "--source", source, "--since", before.replace(tzinfo=None).isoformat("T", "minutes"))
    assert [] == ids(desk, "--source", source, "--since", after.replace(tzinfo=None).isoformat("T", "seconds"))


def test_time_with_offset(desk: Desk) -> None:
    """A time with an offset is taken by its word."""
    entry = desk.add(age=1800)

    assert [entry.id] == ids(desk, "--since", (datetime.now(UTC) - timedelta(hours=1)).isoformat())
    assert [] == ids(desk, "--since", datetime.now(UTC).isoformat())


@pytest.mark.parametrize("written", [NUMBER, f"+{NUMBER}", "030 901820", "0049 30 / 901820"])
def test_number(desk: Desk, written: str) -> None:
    """A caller is found however the number is written, whatever became of the callback."""
    done = desk.add(State.DELIVERED)
    desk.add(State.DELIVERED, {"Caller": "4930901821"})

    assert [done.id] == ids(desk, "--number", written)


NO_QUEUE = "The org has no such queue."
LACKS = (Dropped("OwnerId", "queue_not_found", NO_QUEUE), Dropped("Origin", "value_invalid"))


def test_dropped(desk: Desk) -> None:
    """--dropped finds the Cases that were made without a field, done as they are, and says why and who mends it."""
    desk.add(State.DELIVERED)
    desk.add(State.FAILED, reason="queue_not_found")
    old = desk.add(State.DELIVERED, dropped=LACKS[:1], purged_at=1.0, age=60)
    lacking = desk.add(State.DELIVERED, dropped=LACKS, record_number="00001001", source="berlin-2")

    lines = desk.run("list", "--dropped").stdout.splitlines()
    (described, _) = desk.list("--dropped")

    assert [lacking.id, old.id] == ids(desk, "--dropped")
    assert [lacking.id] == ids(desk, "--dropped", "--source", "berlin-2")
    assert [lacking.id] == ids(desk, "--dropped", "--reason", "value_invalid")
    assert [] == ids(desk, "--dropped", "--reason", "picklist_value_rejected")
    assert [] == ids(desk, "--dropped", "--state", "waiting")
    assert {"field": "OwnerId", "reason": "queue_not_found", "message": NO_QUEUE, "who": "integrator"} == described[
        "dropped"
    ][0]
    assert ["ID", "EVENT", "SOURCE", "RULE", "AGE", "RECORD", "WITHOUT", "REASON", "ACTS"] == lines[0].split()
    assert ["00001001", "OwnerId", "queue_not_found", "integrator"] == lines[1].split()[-4:]
    assert ["00001001", "Origin", "value_invalid", "integrator"] == lines[2].split()[-4:]


def test_dropped_table_fits(desk: Desk) -> None:
    """However many fields were left out, a line has at most 100 columns, and what was left out is on it."""
    many = tuple(Dropped(f"A_rather_long_field_{number}__c", "picklist_value_rejected") for number in range(9))
    desk.change(widest(desk), {"state": State.DELIVERED, "dropped": many})

    _, line = desk.run("list", "--dropped").stdout.splitlines()

    assert len(line) <= 100
    assert "A_rather_long" in line


def test_nothing_dropped(desk: Desk) -> None:
    """That no Case lacks anything is said."""
    desk.add(State.DELIVERED)

    assert "No Case was made without a field.\n" == desk.run("list", "--dropped").stderr


def test_limit(desk: Desk) -> None:
    """--limit keeps the newest and says that there are older ones; 0 shows all."""
    entries = [desk.add(age=age) for age in (30, 20, 10)]

    done = desk.run("list", "--limit", 2)

    assert 3 == len(done.stdout.splitlines())
    assert "older ones than these 2" in done.stderr
    assert [entries[2].id] == ids(desk, "--limit", 1)
    assert 3 == len(ids(desk, "--limit", 0))


def test_many_pages(desk: Desk) -> None:
    """More than a page of them are all there, in their order."""
    first = desk.add(age=1100)
    with writing(desk.ledger.database) as connection:
        known = connection.execute(select(rows)).one()._mapping
        changes = [
            {"id": first.id + one, "event_id": str(one), "received_at": first.received_at + one}
            for one in range(1, 1100)
        ]
        connection.execute(insert(rows), [{**known, **change} for change in changes])

    assert list(range(first.id + 1099, first.id - 1, -1)) == ids(desk, "--limit", 0)


def test_json_keys_are_stable(desk: Desk) -> None:
    """Every key is there, whatever is known of the callback."""
    waiting = desk.add(age=60, reason="crm_timeout", message="It was slow.", attempts=3, promised=True)
    desk.add_invalid(b'{"AcdEventsID": 4711}')

    second, first = desk.list()

    assert KEYS == list(first) == list(second)
    assert int(waiting.event_id or 0) == first["acdEventsId"]
    assert f"default-{waiting.event_id}" == first["externalId"]
    assert ("crm_timeout", 3, True, "everyone-else") == tuple(
        first[key] for key in ("reason", "attempts", "promised", "rule")
    )
    assert 60 <= first["ageSeconds"] < 90
    assert abs(datetime.fromisoformat(first["receivedAt"]).timestamp() - waiting.received_at) < 0.001
    assert ("It was slow.", []) == (first["message"], first["invalidEventIds"])
    assert (None, None, "number_missing") == (second["acdEventsId"], second["externalId"], second["reason"])
    assert [4711] == second["invalidEventIds"]
    assert "This is no callback: it has neither a number" in second["message"]


def test_delivered_names_its_case(ringback: RunningRingback, desk: Desk, event_id: int) -> None:
    """What a real Ringback delivered is listed with its Case."""
    answer = ringback.post({"AcdEventsID": event_id, "Caller": NUMBER}).body
    desk.environment["DATABASE_URL"] = ringback.database.url

    (shown,) = desk.list("--state", "delivered")

    same = ("caseId", "caseNumber", "acdEventsId", "requestId", "rule")
    assert [answer[key] for key in same] == [shown[key] for key in same]


def widest(desk: Desk) -> Entry:
    """An entry whose every column is as wide as it gets."""
    entry = desk.add(State.REFUSED, {"AcdEventsID": 10**17}, source="berlin-2", reason="picklist_value_rejected")
    return desk.change(entry, {"rule": "a-rule-with-a-long-name-" * 2, "record_number": "0" * 40, "source": "s" * 20})


def test_table_fits(desk: Desk) -> None:
    """Whatever is in it, a line has at most 100 columns and begins with the id; the state is never cut."""
    entry = widest(desk)
    desk.add(State.DISCARDED)

    done = desk.run("list", "--state", "refused", "--state", "discarded")

    header, _, line = done.stdout.splitlines()
    assert max(map(len, done.stdout.splitlines())) <= 100
    assert ["ID", "EVENT", "SOURCE", "STATE", "REASON", "RULE", "AGE", "TRIES", "RECORD"] == header.split()
    assert line.startswith(f"{entry.id} ")
    assert " refused " in line


def test_table_and_json_hold_no_personal_data(desk: Desk) -> None:
    """Neither number nor text of the caller is in either form."""
    desk.add(fields={"Subject": "A secret wish", "CallingName": "Anna"})

    said = desk.run("list").stdout + desk.run("list", "--json").stdout

    assert not re.search(f"{NUMBER[2:]}|secret|Anna", said)


def test_nothing(desk: Desk) -> None:
    """Nothing to show is said, and is no error; as JSON it is nothing."""
    done = desk.run("list")

    assert (0, "", "Nothing is open. What is done: ringback list --state delivered\n") == (
        done.returncode,
        done.stdout,
        done.stderr,
    )
    assert "" == desk.run("list", "--json").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--state", "lost"], "'lost' is not one of"),
        (["--reason", "crm_timeot"], "Did you mean crm_timeout?"),
        (["--since", "yesterday"], "wanted is an age such as 2h"),
        (["--since", "-2h"], "wanted is an age such as 2h"),
        (["--older-than", "2 fortnights"], "wanted is an age such as 2h"),
        (["--limit", "-1"], "--limit"),
    ],
)
def test_wrong_options(desk: Desk, arguments: list[str], said: str) -> None:
    """A wrong value ends with status 2 and says what is wanted."""
    done = desk.run("list", *arguments)

    assert 2 == done.returncode
    assert said in done.stderr
    assert "" == done.stdout


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"DATABASE_URL": "sqlite:///no/such.db"}, "There is no ledger no/such.db here"),
        ({"DATABASE_URL": "nonsense"}, "DATABASE_URL: wanted is postgres://"),
        ({"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none"}, "The database cannot be used"),
    ],
)
def test_wrong_environment(desk: Desk, environment: dict[str, str], said: str) -> None:
    """A wrong setting is a sentence, not a traceback."""
    done = desk.run("list", **environment)

    assert 2 == done.returncode
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert "" == done.stdout


def test_another_object_by_its_name(desk: Desk) -> None:
    """A Task is called so, in the table and in JSON; it is nobody's Case."""
    task: dict[str, Any] = {"object": "Task", "record_object": "Task", "record_id": "00TRb0000000002MAA"}
    desk.add(State.DELIVERED, age=20, **task)
    case: dict[str, Any] = {
        "object": "Case",
        "record_object": "Case",
        "record_id": "500Rb0000000001IAA",
        "record_number": "00001001",
    }
    desk.add(State.DELIVERED, age=10, **case)
    listed = desk.list("--state", "delivered")

    assert [
        ("Case", "500Rb0000000001IAA", "500Rb0000000001IAA", "00001001"),
        ("Task", "00TRb0000000002MAA", None, None),
    ] == [(one["object"], one["recordId"], one["caseId"], one["caseNumber"]) for one in listed]
    assert "  Task 00TRb0000000002MAA\n" in desk.run("list", "--state", "delivered").stdout
