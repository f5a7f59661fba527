"""A rule that makes nothing: the callback is done, Salesforce hears nothing of it, and a change of the rules counts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.delivery.entry.claims import claim_by_command
from app.delivery.entry.settle import settle
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.errors import CrmError
from app.domain.outcome import Outcome, Status
from app.domain.reasons import Reason
from app.ledger.database import LedgerError
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.mapping.config import load_config
from app.rules_in_force.in_force import Loaded
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.chaos_house import wait_until
from tests.support.patience import PATIENCE

Send = Callable[..., Sent]
RULES = """\
sources: {default: {}, strict: {when_crm_is_away: refuse}}
rules:
  - name: tests
    when: {AcdGroupsForeignSystemID: TEST}
    skip: test phones
  - name: rest
    fields: {Subject: Callback}
"""
SAID = "Rule tests makes nothing of it: test phones"


@pytest.fixture
def desk(database_url: str, crm: MoodyCrm, tmp_path: Path) -> Iterator[Desk]:
    path = tmp_path / "ringback.yaml"
    path.write_text(RULES)
    with open_desk(database_url, crm, load_config(path)) as opened:
        yield opened


def make_all(desk: Desk) -> None:
    """The rules make a Case of every callback from now on."""
    desk.delivery.in_force.take(Loaded(CONFIG, "other"))


def only(desk: Desk) -> Entry:
    (entry,) = desk.ledger.select(rows.c.id > 0)
    return entry


def is_skip(outcome: Outcome) -> bool:
    said = (outcome.status, outcome.reason, outcome.message, outcome.rule)
    return said == (Status.SKIPPED, Reason.SKIPPED_BY_RULE, SAID, "tests")


@pytest.mark.parametrize("source", ["default", "strict"])
def test_is_done(desk: Desk, sent: Send, source: str) -> None:
    """It is stored and answered with the rule's why, without an engine; nothing is asked of Salesforce."""
    desk.crm.reason = Reason.CRM_UNREACHABLE
    outcome = desk.delivery.accept(sent(1, source, group="TEST"))
    entry = only(desk)

    assert is_skip(outcome)
    assert (State.DISCARDED, "skipped_by_rule", SAID) == (entry.state, entry.reason, entry.message)
    assert (0, None, None) == (entry.attempts, entry.lease, entry.due_at)
    assert ("skipped", "web", "skipped_by_rule") == desk.last_line(1)
    assert [] == desk.crm.calls


def test_repeat_is_answered_the_same(desk: Desk, sent: Send) -> None:
    """It was decided once: the repeat hears the same, also when the rules would make a Case by now."""
    desk.delivery.accept(sent(1, group="TEST"))
    make_all(desk)

    assert is_skip(desk.delivery.accept(sent(1, group="TEST")))
    assert [] == desk.crm.calls


def test_pause_does_not_keep_it(desk: Desk, sent: Send) -> None:
    """What Salesforce is not asked for need not wait for Salesforce, and ends no pause."""
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)

    assert is_skip(desk.delivery.accept(sent(1, group="TEST")))
    assert {ORG} == desk.pauses.all().keys()


def test_engine_skips_what_waits(desk: Desk, sent: Send, tmp_path: Path) -> None:
    """A callback that waits is skipped once the rules say so, without a call."""
    desk.heartbeats.beat("engine")
    skipping = desk.delivery.in_force.loaded
    make_all(desk)
    desk.crm.reason = Reason.RECORD_LOCKED
    desk.delivery.accept(sent(1, group="TEST"))
    desk.crm.calls.clear()
    desk.crm.reason = None
    desk.engine.claiming.in_force.take(skipping)

    assert wait_until(lambda: bool(desk.engine.run_once()) and only(desk).state is State.DISCARDED, PATIENCE)
    assert ([], {}) == (desk.crm.calls, desk.crm.records)


def test_unknown_outcome_is_looked_after(desk: Desk, sent: Send) -> None:
    """A Case that an attempt by other rules may have made is found: the entry is delivered, and not skipped."""
    desk.heartbeats.beat("engine")
    skipping = desk.delivery.in_force.loaded
    make_all(desk)
    desk.crm.lost = 2
    desk.delivery.accept(sent(1, group="TEST"))
    assert only(desk).unknown
    desk.engine.claiming.in_force.take(skipping)

    assert wait_until(lambda: bool(desk.engine.run_once()) and only(desk).state is State.DELIVERED, PATIENCE)
    assert desk.crm.id_of("default-1") == only(desk).record_id


def test_process_that_died_has_asked_nothing(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was stored, but not settled, is skipped by the engine: nothing was sent, so nothing is looked for."""
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(desk.ledger, "change", away)
        outcome = desk.delivery.accept(sent(1, group="TEST"))
    desk.ledger.change(1, lambda *_: {"lease_until": 0.0})
    monkeypatch.setattr(desk.crm, "find", away)

    assert is_skip(outcome)
    assert wait_until(lambda: bool(desk.engine.run_once()) and only(desk).state is State.DISCARDED, PATIENCE)
    assert [] == desk.crm.calls


def test_replay_that_is_refused_has_failed(desk: Desk, sent: Send) -> None:
    """jtel has heard a 200: once the rules make a Case of it, its caller is not lost without a word."""
    desk.delivery.accept(sent(1, group="TEST"))
    seen = only(desk)
    held = desk.ledger.change(1, claim_by_command("lease", 60, seen, {}, named=False))
    assert held is not None
    error = CrmError(Reason.VALUE_INVALID, "It says no.")
    desk.ledger.change(1, settle(held, "rest", error))

    assert (State.RECEIVED, State.FAILED) == (held.state, only(desk).state)


def test_later_version_makes_the_case(desk: Desk, sent: Send) -> None:
    """An event whose first version was skipped has its Case under the id of the first."""
    bodies = [
        b'{"AcdEventsID": 1, "Caller": "4930901820", "Body": "A test.", "AcdGroupsForeignSystemID": "TEST"}',
        b'{"AcdEventsID": 1, "Caller": "4930901820", "Body": "Please call."}',
    ]
    _, outcome = [desk.delivery.accept(Sent(body, b"", CONFIG.sources["default"], "r")) for body in bodies]

    assert Status.CREATED is outcome.status
    assert ["default-1"] == list(desk.crm.records)


def test_without_the_ledger(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to promise: it is skipped all the same, and entered when the database is back."""
    receive = desk.ledger.receive
    monkeypatch.setattr(desk.ledger, "receive", away)
    outcome = desk.delivery.accept(sent(1, group="TEST"))
    monkeypatch.setattr(desk.ledger, "receive", receive)

    assert is_skip(outcome)
    assert wait_until(lambda: len(desk.ledger.select(rows.c.state == "discarded")) == 1, PATIENCE)
    assert is_skip(desk.delivery.accept(sent(1, group="TEST")))
    assert [] == desk.crm.calls


def test_without_the_ledger_what_was_known_stays(desk: Desk, sent: Send, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Case that was made by other rules is not forgotten over it."""
    skipping = desk.delivery.in_force.loaded
    make_all(desk)
    desk.delivery.accept(sent(1, group="TEST"))
    desk.delivery.in_force.take(skipping)
    receive = desk.ledger.receive
    monkeypatch.setattr(desk.ledger, "receive", away)
    desk.delivery.accept(sent(1, group="TEST"))
    monkeypatch.setattr(desk.ledger, "receive", receive)
    desk.delivery.close()

    assert State.DELIVERED is only(desk).state


def away(*_: Any, **__: Any) -> None:
    raise LedgerError("OperationalError")
