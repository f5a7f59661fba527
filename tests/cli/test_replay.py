"""`ringback replay`, as an operator calls it."""

import json
import os
import pty
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.domain.entry import State
from app.ledger.pauses import ORG, Pauses, rule_scope
from tests.cli.unread import full, run_unread
from tests.support.desk import NUMBER, ROOT, Desk
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.started import Started

REPLAYABLE = (State.WAITING, State.REFUSED, State.FAILED)


def cases(sandbox: RunningSandbox) -> Counter[str]:
    """How many Cases each external id has."""
    sandbox.clear_faults()
    rows = sandbox.query("SELECT jtel_AcdEventsID__c FROM Case WHERE jtel_AcdEventsID__c != null")
    return Counter(row["jtel_AcdEventsID__c"] for row in rows)


def test_delivers_by_id(desk: Desk, sandbox: RunningSandbox) -> None:
    """What is named is delivered, and its timeline says that it was a replay."""
    entries = [desk.add(state, reason="crm_unreachable") for state in REPLAYABLE]

    done = desk.run("replay", *(entry.id for entry in entries), "--yes")

    assert 0 == done.returncode, done.stderr
    assert f"{len(entries)}  delivered" in done.stdout
    for entry in entries:
        now = desk.now(entry)
        assert f"1  {entry.state.value} because of crm_unreachable" in done.stdout
        assert (State.DELIVERED, None, None) == (now.state, now.lease, now.reason)
        assert ["replay"] == [row.runner for row in desk.ledger.attempts(entry.id)]
    assert {f"default-{entry.event_id}": 1 for entry in entries} == cases(sandbox)


def test_several_names(desk: Desk) -> None:
    """Ids and events may be mixed, and name one entry twice."""
    first, second = desk.add(), desk.add(State.FAILED)

    done = desk.run("replay", first.id, f"default/{first.event_id}", second.event_id, "--yes")

    assert "2  delivered" in done.stdout
    assert [State.DELIVERED] * 2 == [desk.state(first), desk.state(second)]


@pytest.mark.parametrize(
    ("arguments", "replayed"),
    [
        (["--state", "failed"], "cd"),
        (["--reason", "crm_timeout"], "bc"),
        (["--state", "failed", "--reason", "crm_timeout"], "c"),
        (["--source", "berlin-2"], "d"),
        (["--since", "1h"], "ab"),
        (["--older-than", "1h"], "cd"),
        (["--since", "2d", "--limit", "3"], "bcd"),
    ],
)
def test_chosen(desk: Desk, arguments: list[str], replayed: str) -> None:
    """The options choose what is replayed, the oldest first; all else stays as it is."""
    entries = {
        "a": desk.add(reason="record_locked"),
        "b": desk.add(State.REFUSED, reason="crm_timeout", age=60),
        "c": desk.add(State.FAILED, reason="crm_timeout", age=7200),
        "d": desk.add(State.FAILED, source="berlin-2", age=7200),
    }
    desk.add(State.DISCARDED, reason="crm_timeout", age=7200)

    done = desk.run("replay", *arguments, "--yes")

    assert 0 == done.returncode, done.stderr
    assert replayed == "".join(name for name, one in entries.items() if desk.state(one) is State.DELIVERED)


def test_what_a_rule_has_skipped(desk: Desk, sandbox: RunningSandbox) -> None:
    """It is found and replayed by its reason, without the ids; what a person has discarded stays so."""
    skipped = desk.add(State.DISCARDED, reason="skipped_by_rule", promised=True)
    discarded = desk.add(State.DISCARDED, reason="value_invalid")

    listed = desk.run("list", "--reason", "skipped_by_rule", "--json")
    shown = desk.run("show", skipped.id)
    done = desk.run("replay", "--reason", "skipped_by_rule", "--reason", "value_invalid", "--yes")

    assert [skipped.id] == [json.loads(line)["id"] for line in listed.stdout.splitlines()]
    assert "Its rule makes nothing of it" in shown.stdout
    assert "To act: nobody" in shown.stdout
    assert [State.DELIVERED, State.DISCARDED] == [desk.state(skipped), desk.state(discarded)]
    assert 1 == done.returncode, done.stderr


def test_rule_that_still_skips(desk: Desk, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """It is said, and Salesforce hears nothing of it."""
    rules = tmp_path / "skip.yaml"
    rules.write_text("rules:\n  - {name: tests, skip: test phones}\n")
    entry = desk.add(State.FAILED)
    desk.environment["RINGBACK_CONFIG"] = str(rules)
    done = desk.run("replay", entry.id, "--yes")

    assert 1 == done.returncode
    assert "1  not delivered: its rule makes nothing of it" in done.stdout
    assert (State.DISCARDED, "skipped_by_rule") == (desk.state(entry), desk.now(entry).reason)
    assert not cases(sandbox)


def test_dry_run_without_terminal(desk: Desk, sandbox: RunningSandbox) -> None:
    """Without --yes and a terminal it says what it would do, and does nothing."""
    for _ in range(3):
        desk.add(State.FAILED, reason="validation_rule")
    desk.add(State.REFUSED)

    done = desk.run("replay", "--since", "1h")

    assert 2 == done.returncode
    assert ["3", "failed", "because", "of", "validation_rule"] == done.stdout.splitlines()[0].split()
    assert ["1", "refused"] == done.stdout.splitlines()[1].split()
    assert "say --yes" in done.stderr.lower()
    assert not cases(sandbox)


@pytest.mark.parametrize(("answer", "status", "state"), [("y", 0, State.DELIVERED), ("n", 1, State.FAILED)])
def test_asks_on_a_terminal(desk: Desk, answer: str, status: int, state: State) -> None:
    """On a terminal it asks, and only a yes goes on."""
    entry = desk.add(State.FAILED)
    ours, its = pty.openpty()
    terminal = Path(os.ttyname(its))
    process = Started("app", ["replay", str(entry.id)], desk.environment, ROOT, log=terminal, stdin=terminal)
    os.write(ours, f"{answer}\n".encode())
    code = process.wait(PATIENCE)
    said = os.read(ours, 4096)
    for end in (ours, its):
        os.close(end)

    assert status == code, said
    assert b"Attempt them now?" in said
    assert state is desk.state(entry)


def test_nothing_to_replay(desk: Desk) -> None:
    """Nothing to do is no error and asks nothing."""
    done = desk.run("replay", "--state", "failed")

    assert (0, "There is nothing to replay.\n") == (done.returncode, done.stdout)


@pytest.mark.parametrize(
    "arguments",
    [[], ["1", "--state", "failed"], ["--state", "delivered"], ["--state", "discarded"], ["--yes"], ["4711", "--yes"]],
)
def test_wrong_use(desk: Desk, arguments: list[str]) -> None:
    """Nothing named, too much named, or something that is not there: status 2, a sentence, nothing done."""
    entry = desk.add(State.FAILED)

    done = desk.run("replay", *arguments)

    assert 2 == done.returncode
    assert 1 == len(done.stderr.splitlines())
    assert State.FAILED is desk.state(entry)


def test_unknown_id_does_nothing(desk: Desk) -> None:
    """One name that means nothing stops them all."""
    entry = desk.add(State.FAILED)

    assert 2 == desk.run("replay", entry.id, 999, "--yes").returncode
    assert State.FAILED is desk.state(entry)


def test_leased_is_skipped(desk: Desk, sandbox: RunningSandbox) -> None:
    """What another process is attempting is left to it, and said so."""
    leased, free = desk.lease(desk.add(), 60), desk.add()

    done = desk.run("replay", leased.id, free.id, "--yes")

    assert 1 == done.returncode
    assert "1  skipped: another process is attempting it" in done.stdout
    assert "another" == desk.now(leased).lease
    assert {f"default-{free.event_id}": 1} == cases(sandbox)


def test_dead_lease_is_taken(desk: Desk) -> None:
    """What a dead process has left is attempted, and its outcome counts as unknown until then."""
    entry = desk.lease(desk.add(), -1)

    assert 0 == desk.run("replay", entry.id, "--yes").returncode
    assert (State.DELIVERED, True) == (desk.state(entry), desk.now(entry).unknown)


def test_delivered_is_skipped(desk: Desk, sandbox: RunningSandbox) -> None:
    """What is delivered costs no call and is no failure."""
    done = desk.run("replay", desk.add(State.DELIVERED).id, "--yes")

    assert 0 == done.returncode
    assert "1  skipped: delivered already" in done.stdout
    assert 0 == sandbox.calls()["total"]


def test_discarded_when_named(desk: Desk) -> None:
    """A person may take back what a person has discarded."""
    entry = desk.add(State.DISCARDED)

    assert 0 == desk.run("replay", entry.id, "--yes").returncode
    assert State.DELIVERED is desk.state(entry)


def test_source_is_not_configured(desk: Desk) -> None:
    """It is said which one, and what others may deliver with a newer configuration stays as it is."""
    entries = [desk.change(desk.add(state, reason="crm_unreachable"), {"source": "gone"}) for state in REPLAYABLE]

    done = desk.run("replay", *(entry.id for entry in entries), "--yes")

    assert 1 == done.returncode
    for before in entries:
        assert f"{before.id}: skipped: its source is not configured. Put the source gone" in done.stdout
        assert (before, []) == (desk.now(before), list(desk.ledger.attempts(before.id)))


@pytest.mark.parametrize(("promised", "state"), [(False, State.REFUSED), (True, State.FAILED)])
def test_refused_again(desk: Desk, promised: bool, state: State) -> None:
    """What is refused again is what it was: jtel still knows, or still believes otherwise."""
    fields = {"AcdGroupsForeignSystemID": "NEEDS_SUBJECT", "Subject": ""}
    entry = desk.add(state, fields, promised=promised, reason="value_invalid")

    done = desk.run("replay", entry.id, "--yes")

    now = desk.now(entry)
    assert 1 == done.returncode
    assert f"{entry.id}: {state.value} (required_value_empty)" in done.stdout
    assert (state, promised, "required_value_empty") == (now.state, now.promised, now.reason)


def test_crm_away(desk: Desk, sandbox: RunningSandbox) -> None:
    """While Salesforce is away it gives up soon, and nothing is worse than before."""
    entries = [desk.add(State.FAILED, promised=True, age=age) for age in range(40, 0, -1)]
    sandbox.fault("unavailable", share=1)
    Pauses(desk.ledger.database).begin(ORG, "crm_unavailable", 60)

    done = desk.run("replay", "--state", "failed", "--yes")

    assert 1 == done.returncode
    assert "paused because of crm_unavailable: one is tried first" in done.stdout
    assert "39  not attempted: delivery is paused" in done.stdout
    assert [State.WAITING] + [State.FAILED] * 39 == [desk.state(one) for one in entries]
    assert "more: see ringback list" in done.stdout


def test_success_ends_the_pause(desk: Desk, sandbox: RunningSandbox) -> None:
    """What goes through ends the pauses that stood in its way, so that the engine goes on."""
    pauses = Pauses(desk.ledger.database)
    for scope in (ORG, rule_scope("everyone-else"), rule_scope("b2b")):
        pauses.begin(scope, "login_refused", 3600)
    waiting = desk.add(due_at=desk.ledger.now() + 3600, age=0)
    failed = [desk.add(State.FAILED, age=10) for _ in range(3)]

    done = desk.run("replay", "--state", "failed", "--yes")

    assert 0 == done.returncode, done.stdout
    assert [State.DELIVERED] * 3 == [desk.state(one) for one in failed]
    assert {rule_scope("b2b")} == set(pauses.all())
    assert (desk.now(waiting).due_at or 0) <= desk.ledger.now()


def test_backlog_costs_few_calls(desk: Desk, sandbox: RunningSandbox) -> None:
    """300 callbacks are delivered in a few calls."""
    for _ in range(300):
        desk.add(State.FAILED)

    done = desk.run("replay", "--state", "failed", "--yes")

    assert "300  delivered" in done.stdout, done.stdout
    assert sandbox.calls()["total"] <= 6
    assert {1} == set(cases(sandbox).values())


def test_two_at_once(desk: Desk, sandbox: RunningSandbox) -> None:
    """Two people who replay the same make one Case of each callback."""
    for _ in range(60):
        desk.add(State.FAILED)
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(desk.run, "replay", "--state", "failed", "--yes") for _ in range(2)]
    said = [one.result().stdout for one in both]

    assert 60 == len(cases(sandbox)), said
    assert {1} == set(cases(sandbox).values())
    assert 60 == len(desk.ledger.select(limit=100)) == len(desk.list("--state", "delivered", "--limit", 0))


def test_beside_a_running_ringback(
    ringback: RunningRingback, sandbox: RunningSandbox, desk: Desk, event_id: int
) -> None:
    """What a real Ringback refused is delivered once its cause is gone, and the repeat of jtel names the Case."""
    sandbox.fault("error", code="FIELD_CUSTOM_VALIDATION_EXCEPTION", next=2, match="composite")
    callback = {"AcdEventsID": event_id, "Caller": NUMBER}
    assert "validation_rule" == ringback.post(callback).body["reason"]
    desk.environment["DATABASE_URL"] = ringback.database.url

    done = desk.run("replay", "--state", "refused", "--yes")

    assert 0 == done.returncode, done.stdout + done.stderr
    (case,) = sandbox.query("SELECT Id FROM Case WHERE jtel_AcdEventsID__c != null")
    again = ringback.post(callback)
    assert (200, "existing", case["Id"]) == (again.status, again.body["status"], again.body["caseId"])


def test_nobody_reads(desk: Desk, sandbox: RunningSandbox) -> None:
    """On a full disk, or after `| head`, all are attempted that were named."""
    entries = [desk.add(State.FAILED, reason="validation_rule") for _ in range(3)]
    run_unread(full, desk.environment, "replay", *(entry.id for entry in entries), "--yes")

    assert [State.DELIVERED] * 3 == [desk.now(one).state for one in entries]
