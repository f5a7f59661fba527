"""`ringback discard`, as an operator calls it."""

import pytest

from app.crm.salesforce import SalesforceCrm
from app.delivery.case.comments import mark_of
from app.domain.entry import Entry, State
from app.domain.record import Record
from app.settings import load_settings
from app.waiting import Deadline
from app.wiring.org import build_client
from tests.cli.unread import full, run_unread
from tests.support.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

OPEN = (State.WAITING, State.REFUSED, State.FAILED, State.INVALID)


def make_case(entry: Entry, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> str | None:
    """The Case that an attempt wrote without knowing it."""
    crm = crm_of(desk, monkeypatch)
    return create(crm, str(entry.external_id))


def create(crm: SalesforceCrm, external_id: str, **fields: str) -> str | None:
    return crm.create(Record("Case", {"Subject": "x", **fields}), external_id, Deadline(5)).id


def crm_of(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> SalesforceCrm:
    for name in ("RINGBACK_CRM", "SANDBOX_PORT"):
        monkeypatch.setenv(name, desk.environment[name])
    return SalesforceCrm(build_client(load_settings().salesforce))


def test_discards(desk: Desk, sandbox: RunningSandbox) -> None:
    """What is open is discarded, without asking Salesforce when it cannot know of it."""
    entries = [desk.add(state, reason="validation_rule") for state in OPEN]

    done = desk.run("discard", *(entry.id for entry in entries), "--yes")

    assert 0 == done.returncode, done.stderr
    for entry in entries:
        assert f"{entry.id} (event {entry.event_id} of default) discarded." in done.stdout
        assert (State.DISCARDED, None) == (desk.state(entry), desk.now(entry).due_at)
    assert 0 == sandbox.calls()["total"]


def test_needs_a_yes(desk: Desk) -> None:
    """Without a terminal and --yes it shows what is meant, and does nothing."""
    entry = desk.add()

    done = desk.run("discard", entry.id)

    assert 2 == done.returncode
    assert f"{entry.event_id}" in done.stdout
    assert State.WAITING is desk.state(entry)


@pytest.mark.parametrize("names", [[], ["999"], ["nobody/1"]])
def test_nothing_named(desk: Desk, names: list[str]) -> None:
    """No name, or one that means nothing, ends with status 2."""
    done = desk.run("discard", "--yes", *names)

    assert 2 == done.returncode
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_not_while_leased(desk: Desk) -> None:
    """What is being attempted is left alone; the others are discarded."""
    leased, free = desk.lease(desk.add(), 60), desk.add()

    done = desk.run("discard", leased.id, free.id, "--yes")

    assert 1 == done.returncode
    assert "is being attempted just now" in done.stdout
    assert [State.RECEIVED, State.DISCARDED] == [desk.state(leased), desk.state(free)]


@pytest.mark.parametrize(("state", "status"), [(State.DELIVERED, 1), (State.DISCARDED, 0)])
def test_done_already(desk: Desk, state: State, status: int) -> None:
    """What is delivered stays so; discarding twice does no harm."""
    entry = desk.add(state)

    assert status == desk.run("discard", entry.id, "--yes").returncode
    assert state is desk.state(entry)


@pytest.mark.parametrize("died", [False, True])
def test_unknown_outcome_and_case_exists(
    desk: Desk, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, died: bool
) -> None:
    """A Case that an attempt made without knowing it is found: the callback counts as delivered, and it is said."""
    entry = desk.lease(desk.add(), -1) if died else desk.add(State.FAILED, unknown=True)
    case = make_case(entry, desk, monkeypatch)

    done = desk.run("discard", entry.id, "--yes")

    now = desk.now(entry)
    assert 0 == done.returncode
    assert "is in Salesforce already, so it counts as delivered now" in done.stdout
    assert (State.DELIVERED, case) == (now.state, now.record_id)
    assert None not in (now.record_number, now.org_id)
    assert ["discard"] == [row.runner for row in desk.ledger.attempts(entry.id)]


@pytest.mark.parametrize("died", [False, True])
def test_unknown_outcome_and_nothing_there(desk: Desk, sandbox: RunningSandbox, died: bool) -> None:
    """Where Salesforce knows nothing of it, it is discarded."""
    entry = desk.lease(desk.add(), -1) if died else desk.add(unknown=True)

    assert 0 == desk.run("discard", entry.id, "--yes").returncode
    assert State.DISCARDED is desk.state(entry)
    assert sandbox.calls()["total"] > 0


def test_unknown_outcome_of_a_later_content(
    desk: Desk, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the first version was refused a later one has made the event's first Case."""
    first = desk.add(State.REFUSED)
    later = desk.add(State.FAILED, {"AcdEventsID": int(str(first.event_id)), "Subject": "Other"}, unknown=True)
    case = make_case(first, desk, monkeypatch)

    done = desk.run("discard", later.id, "--yes")

    assert "is in Salesforce already" in done.stdout, done.stderr
    assert (State.DELIVERED, case) == (desk.state(later), desk.now(later).record_id)


@pytest.mark.parametrize("there", [True, False])
@pytest.mark.parametrize("merged", [False, True], ids=["a later version", "merged"])
def test_unknown_outcome_of_a_comment(
    desk: Desk, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch, merged: bool, there: bool
) -> None:
    """Whose comment stands on the event's Case, or the caller's, counts as delivered; else it is discarded."""
    first = desk.add(State.WAITING)
    case = make_case(first, desk, monkeypatch)
    desk.change(first, {"state": State.DELIVERED, "record_id": case, "due_at": None})
    if merged:
        second = desk.add(State.FAILED, unknown=True, merged_into=first.id)
    else:
        changed = {"AcdEventsID": int(str(first.event_id)), "Subject": "Other"}
        second = desk.add(State.FAILED, changed, unknown=True)
    if there:
        mark = mark_of(second, str(case), desk.ledger.codec)
        crm_of(desk, monkeypatch).comment(str(case), "Other", mark, Deadline(5))

    done = desk.run("discard", second.id, "--yes")

    assert 0 == done.returncode, done.stderr
    assert desk.state(second) is (State.DELIVERED if there else State.DISCARDED)


def test_unknown_outcome_of_the_next_case(desk: Desk, sandbox: RunningSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first version that came after the event's Case had been closed may have made the next one."""
    entry = desk.add(State.FAILED, unknown=True)
    crm = crm_of(desk, monkeypatch)
    create(crm, str(entry.external_id), Description="Of another version")
    case = create(crm, f"{entry.external_id}-1")

    done = desk.run("discard", entry.id, "--yes")

    assert 0 == done.returncode, done.stderr
    assert (State.DELIVERED, case) == (desk.state(entry), desk.now(entry).record_id)


def test_unknown_outcome_and_crm_away(desk: Desk, sandbox: RunningSandbox) -> None:
    """Where Salesforce cannot be asked, nothing is decided."""
    entry = desk.add(State.FAILED, unknown=True)
    sandbox.fault("unavailable", share=1)

    done = desk.run("discard", entry.id, "--yes")

    assert 1 == done.returncode
    assert "could not be asked" in done.stdout
    assert State.FAILED is desk.state(entry)


def test_jtel_hears_of_it(ringback: RunningRingback, sandbox: RunningSandbox, desk: Desk, event_id: int) -> None:
    """A repeat of what was discarded is answered so, and makes no Case."""
    sandbox.fault("error", code="FIELD_CUSTOM_VALIDATION_EXCEPTION", next=2, match="composite")
    callback = {"AcdEventsID": event_id, "Caller": NUMBER}
    assert "refused" == ringback.post(callback).body["status"]
    desk.environment["DATABASE_URL"] = ringback.database.url

    desk.run("discard", f"default/{event_id}", "--yes")

    again = ringback.post(callback)
    assert (200, "discarded") == (again.status, again.body["status"])
    assert [] == sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c != null")


def test_line_in_the_timeline(desk: Desk) -> None:
    """`ringback show` tells when a callback was discarded, and that a person did so; once, and only if it was."""
    entry, leased = desk.add(), desk.lease(desk.add(), 60)
    for _ in range(2):
        desk.run("discard", entry.id, leased.id, "--yes")

    text = desk.run("show", entry.id).stdout

    assert 1 == text.count("discarded, by a person")
    assert "attempts     0" in text
    assert "discarded" not in desk.run("show", leased.id).stdout


def test_nobody_reads(desk: Desk) -> None:
    """On a full disk, or after `| head`, all are discarded that were named."""
    entries = [desk.add(State.FAILED, reason="validation_rule") for _ in range(3)]
    run_unread(full, desk.environment, "discard", *(entry.id for entry in entries), "--yes")

    assert [State.DISCARDED] * 3 == [desk.now(one).state for one in entries]


@pytest.mark.parametrize("command", ["discard", "replay"])
def test_name_of_several_callbacks(desk: Desk, command: str) -> None:
    """Nothing is done with what may mean several callbacks; they are listed, and each can be named alone."""
    first = desk.add()
    other = desk.add(fields={"AcdEventsID": first.id})

    done = desk.run(command, first.id, "--yes")

    assert 2 == done.returncode
    assert [f"id:{first.id}", f"default/{first.id}"] == [line.split()[0] for line in done.stdout.splitlines()[1:]]
    assert [State.WAITING] * 2 == [desk.state(one) for one in (first, other)]
    assert 0 == desk.run("discard", f"id:{first.id}", "--yes").returncode
    assert [State.DISCARDED, State.WAITING] == [desk.state(one) for one in (first, other)]


@pytest.mark.parametrize("command", ["discard", "replay"])
def test_note_is_kept(desk: Desk, command: str) -> None:
    """Why it was done stands in the timeline of each callback."""
    entry = desk.add(State.FAILED)

    assert 0 == desk.run(command, entry.id, "--yes", "--note", "A test of ours").returncode

    assert "Why: A test of ours" in desk.run("show", entry.id).stdout
