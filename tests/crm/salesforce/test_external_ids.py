"""Nothing is created before the org is known to keep a second record with the same external id out."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from app.crm.org import Wanted
from app.crm.salesforce import ExternalIds, SalesforceCrm, SalesforceInspector, external_ids
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Written
from app.ledger.database import Database
from app.ledger.migrate import migrate
from app.ledger.unique_indexes import UniqueIndexes
from app.waiting import Deadline
from tests.crm.salesforce.conftest import Rooms
from tests.support.sandbox import RunningSandbox

FIELD = {"object": "Case", "field": "jtel_AcdEventsID__c"}
BROKEN = [{"unique": False}, {"external_id": False}, {"unique": False, "external_id": False}, {"dropped": True}]


def create(crm: SalesforceCrm, external_id: str = "default-1", object_name: str = "Case") -> Written:
    return crm.create(Record(object_name, {"Subject": "Callback"}), external_id, Deadline(5))


def refusal(crm: SalesforceCrm, object_name: str = "Case") -> CrmError:
    with pytest.raises(CrmError) as caught:
        create(crm, object_name=object_name)
    return caught.value


def described(sandbox: RunningSandbox) -> int:
    return sum("describe" in call["path"] for call in sandbox.calls()["calls"])


def wait_for_a_hit(sandbox: RunningSandbox) -> None:
    while not sandbox.faults()[0]["hits"]:
        time.sleep(0.01)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(f"sqlite:///{tmp_path / 'ledger.db'}")
    migrate(opened)
    yield opened
    opened.close()


@pytest.fixture
def process(connect: Callable[..., Rooms], database: Database) -> Callable[..., SalesforceCrm]:
    """Another process of the same ledger, started `since` then."""

    def start(since: float = 0.0) -> SalesforceCrm:
        client = connect().client
        return SalesforceCrm(client, external_ids=ExternalIds(client, UniqueIndexes(database), since))

    return start


@pytest.mark.parametrize("broken", BROKEN)
def test_nothing_is_created_without_it(rooms: Rooms, sandbox: RunningSandbox, broken: dict[str, bool]) -> None:
    """Where the field is missing or lacks a mark no record is created, alone or in a batch; once mended they are."""
    sandbox.org("add-field", **FIELD, **broken)
    alone = refusal(rooms.crm)
    (together, *_) = rooms.crm.create_many(
        [(Record("Case", {"Subject": "x"}), f"default-{n}") for n in "12"], Deadline(5)
    )
    before = sandbox.query("SELECT Id FROM Case")
    sandbox.org("add-field", **FIELD, **{name: not value for name, value in broken.items()})

    assert isinstance(together, CrmError)
    assert {(Reason.EXTERNAL_ID_MISSING, False)} == {(one.reason, one.permanent) for one in (alone, together)}
    assert [] == before
    assert create(rooms.crm).created


@pytest.mark.parametrize(("broken", "mark"), [({"unique": False}, "Unique"), ({"external_id": False}, "External ID")])
def test_says_where_it_is_mended(rooms: Rooms, sandbox: RunningSandbox, broken: dict[str, bool], mark: str) -> None:
    """The message names the mark that is missing, and the way through Setup."""
    sandbox.org("add-field", **FIELD, **broken)
    error = refusal(rooms.crm)

    assert f"not marked {mark}" in error.message
    assert "Setup > Object Manager > Case > Fields & Relationships" in error.message


def test_field_that_may_not_be_written(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A user who sees the field but may not write it creates nothing either."""
    sandbox.org("field-access", user="ringback", access="read", **FIELD)

    assert Reason.EXTERNAL_ID_MISSING is refusal(rooms.crm).reason


def test_other_objects_go_on(rooms: Rooms) -> None:
    """An object without the field keeps no record of another object out."""
    assert Reason.EXTERNAL_ID_MISSING is refusal(rooms.crm, "Task").reason
    assert create(rooms.crm).created


def test_object_that_is_not_there(rooms: Rooms) -> None:
    """An object that the org does not have is called by its name, and is no retired version of the API."""
    assert Reason.OBJECT_NOT_FOUND is refusal(rooms.crm, "Nothing__c").reason


def test_many_threads_ask_once(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """A burst of first callbacks describes the object once."""
    with ThreadPoolExecutor(16) as pool:
        written = list(pool.map(lambda n: create(rooms.crm, f"default-{n}"), range(16)))

    assert all(one.created for one in written)
    assert 1 == described(sandbox)


def test_many_threads_share_a_bad_answer(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Who waited while another one looked takes its answer, and does not ask again one after the other."""
    sandbox.fault("latency", share=1, seconds=1, match="describe")
    with ThreadPoolExecutor(32) as pool:
        errors = list(pool.map(lambda _: refusal(rooms.crm, "Task"), range(32)))

    assert {Reason.EXTERNAL_ID_MISSING} == {one.reason for one in errors}
    assert len(errors) == len({id(one) for one in errors})
    assert described(sandbox) < 8


def test_nobody_waits_for_another_object(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """While one object's description does not come, records of another are created."""
    sandbox.fault("hang", share=1, match="Task/describe")
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(rooms.crm.create, Record("Task", {}), "default-1", Deadline(20))
        wait_for_a_hit(sandbox)
        created = create(rooms.crm).created
        waited = not other.done()
        sandbox.clear_faults()

    assert (True, True) == (created, waited)


@pytest.mark.parametrize("name", ["case", "CASE", "cAse"])
def test_spelling_of_the_object(process: Callable[..., SalesforceCrm], sandbox: RunningSandbox, name: str) -> None:
    """An object that a mapper spells in another case is described once as well, and known to the other processes."""
    crm = process()
    for number in range(3):
        create(crm, f"default-{number}", name)
    create(process(), "default-3")

    assert 1 == described(sandbox)


def test_look_up_that_meets_no_field(rooms: Rooms, sandbox: RunningSandbox) -> None:
    """Once a query was told that the field is not there, the object is described before the next record."""
    create(rooms.crm)
    sandbox.org("add-field", **FIELD, dropped=True)
    with pytest.raises(CrmError) as caught:
        rooms.crm.find("Case", "default-1", Deadline(5))
    sandbox.org("add-field", **FIELD, dropped=False, unique=False)

    assert Reason.EXTERNAL_ID_MISSING is caught.value.reason
    assert "not marked Unique" in refusal(rooms.crm).message


def test_is_known_to_all_processes(process: Callable[..., SalesforceCrm], sandbox: RunningSandbox) -> None:
    """What one process has seen is kept in the ledger for the others, and for those that start before it was seen."""
    began = time.time()
    create(process(), "default-1")
    create(process(began), "default-2")

    assert 1 == described(sandbox)


def test_is_asked_again_at_a_start(process: Callable[..., SalesforceCrm], sandbox: RunningSandbox) -> None:
    """A service that starts asks anew, and creates nothing when the field has lost its mark meanwhile."""
    create(process(), "default-1")
    sandbox.org("add-field", **FIELD, unique=False)
    later = time.time()

    assert Reason.EXTERNAL_ID_MISSING is refusal(process(later)).reason
    # And so do all that would have trusted what was known.
    assert Reason.EXTERNAL_ID_MISSING is refusal(process()).reason


def test_org_that_does_not_describe(process: Callable[..., SalesforceCrm], sandbox: RunningSandbox) -> None:
    """While Salesforce does not describe the object, what was known before the start serves; without that all waits."""
    fault: dict[str, Any] = {"match": "describe", "share": 1, "status": 503}
    sandbox.fault("unavailable", **fault)
    unknown = refusal(process(time.time()))
    sandbox.clear_faults()
    create(process(), "default-1")
    sandbox.fault("unavailable", **fault)

    assert (Reason.CRM_UNAVAILABLE, False) == (unknown.reason, unknown.permanent)
    assert create(process(time.time()), "default-2").created


def test_org_that_describes_slowly(process: Callable[..., SalesforceCrm], sandbox: RunningSandbox) -> None:
    """Where something was known before the start, a description that does not come leaves the record most of its time,
    alone and in a batch."""
    create(process(), "default-1")
    sandbox.fault("hang", share=1, match="describe")
    alone = create(process(time.time()), "default-2")
    (together,) = process(time.time()).create_many([(Record("Case", {}), "default-3")], Deadline(5))
    sandbox.clear_faults()

    assert alone.created
    assert isinstance(together, Written)


def test_nobody_waits_for_what_is_known(
    process: Callable[..., SalesforceCrm], sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one thread looks whether it is still so, the others create on what was known before the start."""
    monkeypatch.setattr(external_ids, "_PART_OF_TIME", 1)
    monkeypatch.setattr(external_ids, "_LONGEST_LOOK", 20.0)
    create(process(), "default-1")
    crm = process(time.time())
    sandbox.fault("hang", share=1, match="describe")
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(crm.create, Record("Case", {}), "default-2", Deadline(20))
        wait_for_a_hit(sandbox)
        created = create(crm, "default-3").created
        waited = not looking.done()
        sandbox.clear_faults()

    assert (True, True) == (created, waited)


def test_a_look_at_the_org_counts(
    connect: Callable[..., Rooms], database: Database, process: Callable[..., SalesforceCrm], sandbox: RunningSandbox
) -> None:
    """What `check --crm` sees of the field counts for all processes that begin with it, for better and for worse."""
    client = connect().client
    inspector = SalesforceInspector(client, ExternalIds(client, UniqueIndexes(database)))
    inspector.look(Wanted(("Case",)), Deadline(20))
    create(process(), "default-1")
    asked = described(sandbox)
    sandbox.org("add-field", **FIELD, unique=False)
    inspector.look(Wanted(("Case",)), Deadline(20))

    assert 1 == asked
    assert Reason.EXTERNAL_ID_MISSING is refusal(process()).reason


def test_ledger_that_is_away(process: Callable[..., SalesforceCrm], database: Database) -> None:
    """Without the ledger Salesforce is asked, and records are created."""
    database.barred = True

    assert create(process()).created
