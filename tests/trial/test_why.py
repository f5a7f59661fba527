"""Why a callback became what it became: by what was sent, and by the configuration of then."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.domain.callback import Callback
from app.domain.entry import Entry, State
from app.domain.record import Record
from app.ledger.configurations import Configurations
from app.ledger.ledger import Attempted
from app.mapping.config import load_config
from app.mapping.mapper import Mapper
from app.operations.sent import as_it_stands, sent_of
from app.operations.timeline import timeline
from app.rules_in_force.in_force import InForce, Loaded
from app.trial.past import Lacking, PastRules
from app.trial.why import Became, Why, why
from tests.support.desk import Desk

RULES = """\
sources: {default: {timezone: Europe/Berlin}}
defaults:
  fields: {Subject: "Callback for {{ callback_number }}", Origin: Phone, Type: "{{ user_data }}"}
rules:
  - name: b2b
    when: {AcdGroupsForeignSystemID: SERVICE_B2B}
    fields: {Priority: High}
  - name: all
    fields: {Priority: Medium}
"""
TODAY = RULES.replace("Priority: Medium", "Priority: Low")
FIELDS = {"Subject": "Callback for +4930901820", "Origin": "Phone", "Priority": "Medium"}
Tell = Callable[..., Why]


class Deadly(Mapper):
    """Ends its process."""

    def map(self, callback: Callback) -> Record:
        os._exit(1)


@pytest.fixture
def rules(desk: Desk, tmp_path: Path) -> PastRules:
    """RULES are those of then, TODAY is in force."""
    today = tmp_path / "today.yaml"
    today.write_text(TODAY)
    configurations = Configurations(desk.ledger.database)
    configurations.keep("then", {"ringback.yaml": RULES})
    return PastRules(configurations, InForce(Loaded(load_config(today), "today")), {})


@pytest.fixture
def tell(desk: Desk, rules: PastRules) -> Tell:
    """Tells of an entry whose last attempt has sent this."""

    def tell(entry: Entry, sent: dict[str, Any] | None, config: str = "then") -> Why:
        packed = json.dumps(sent).encode() if sent else None
        desk.ledger.change(entry.id, lambda *_: None, Attempted(1.0, 5, "web", "delivered", config, sent=packed))
        attempts = desk.ledger.attempts(entry.id)
        return why(entry, timeline(entry, attempts), as_it_stands(sent_of(desk.ledger.rows, attempts)), rules)

    return tell


def record(**others: Any) -> dict[str, Any]:
    return {"object": "Case", "fields": FIELDS, **others}


def test_what_was_sent_and_which_line_gave_it(desk: Desk, tell: Tell) -> None:
    """Each field has the value that was sent and the line of the configuration of then, under its own name."""
    told = tell(desk.add(State.DELIVERED, object="Case"), record())

    fields = {one.name: one for one in told.fields}
    priority = fields["Priority"]
    assert (Became.SENT, "Medium", "rule all", "ringback.yaml:9") == (
        priority.became,
        priority.value,
        priority.origin.given_by if priority.origin else None,
        priority.origin.short if priority.origin else None,
    )
    assert (Became.EMPTY, None) == (fields["Type"].became, fields["Type"].value)
    assert told.trial is not None
    assert told.trial.explanation is not None
    assert ["b2b", "all"] == [asked.rule.name for asked in told.trial.explanation.asked]


def test_what_was_skipped(desk: Desk, rules: PastRules) -> None:
    """The rule that makes nothing of it is that of then, though it is no attempt; today's would make a Case."""
    skipping = "rules: [{name: tests, skip: test phones}]"
    Configurations(desk.ledger.database).keep("skipping", {"ringback.yaml": skipping})
    entry = desk.add(State.DISCARDED, reason="skipped_by_rule")
    desk.ledger.change(entry.id, lambda *_: None, Attempted(1.0, 5, "web", "skipped", "skipping", "skipped_by_rule"))
    told = why(entry, timeline(entry, desk.ledger.attempts(entry.id)), None, rules)

    assert (told.attempted, told.config) == (True, "skipping")
    assert told.trial is not None
    assert told.trial.skipped == "test phones"
    assert {"skip", "rule", "object"} <= {one.part for one in told.changes}


def test_where_today_differs(desk: Desk, tell: Tell) -> None:
    """It says which fields would be other today, and nothing of those that would not."""
    told = tell(desk.add(State.DELIVERED, object="Case"), record())

    assert told.compared
    assert [("fields.Priority", "Medium", "Low")] == [(one.part, one.old, one.new) for one in told.changes]


def test_what_was_sent_counts(desk: Desk, tell: Tell) -> None:
    """Where it is other than what the rule gives, it is what was sent; the rule's stands beside it."""
    sent = record(fields={**FIELDS, "Subject": "Late: Callback"}, cut={"Origin": 9}, left_out={"Type": "Problem"})
    told = tell(desk.add(State.DELIVERED, object="Case"), sent)

    fields = {one.name: one for one in told.fields}
    assert ("Late: Callback", FIELDS["Subject"]) == (fields["Subject"].value, fields["Subject"].rule_gives)
    assert (Became.CUT, "cut from 9 characters") == (fields["Origin"].became, fields["Origin"].note)
    assert (Became.LEFT_OUT, "Problem") == (fields["Type"].became, fields["Type"].value)
    assert fields["Priority"].rule_gives is None


def test_older_row(desk: Desk, tell: Tell) -> None:
    """Of an attempt of an older Ringback the rules are told; what they give is not called sent."""
    told = tell(desk.add(State.DELIVERED, object="Case"), None)

    assert told.attempted
    assert {Became.RULE_GIVES, Became.EMPTY} == {one.became for one in told.fields}


def test_configuration_that_is_not_kept(desk: Desk, tell: Tell) -> None:
    """What was sent is shown all the same, and why is said to be unknown."""
    told = tell(desk.add(State.DELIVERED, object="Case"), record(), "gone")

    assert (None, Lacking.NOT_KEPT.value) == (told.trial, told.lacking)
    assert FIELDS == {one.name: one.value for one in told.fields}
    assert not any(one.origin for one in told.fields)


def test_purged(desk: Desk, tell: Tell) -> None:
    """Of what was purged nothing is shown, even if an older Ringback has left what was sent."""
    entry = desk.add(State.DELIVERED, object="Case", body=b"", query=b"", purged_at=5.0)
    told = tell(entry, record())

    assert (None, []) == (told.trial, list(told.fields))
    assert told.lacking
    assert "removed" in told.lacking


def test_not_attempted_yet(desk: Desk, rules: PastRules) -> None:
    """Without an attempt today's rules are told, and that they are today's."""
    entry = desk.add(State.WAITING, object="Case")
    told = why(entry, timeline(entry, desk.ledger.attempts(entry.id)), None, rules)

    assert ("today", False, False) == (told.config, told.attempted, told.compared)
    assert "Low" in [one.value for one in told.fields]


def test_comment(desk: Desk, tell: Tell) -> None:
    """What became a comment has sent no fields; those of the rule are called what it gives."""
    sent = {"object": "CaseComment", "fields": {"ParentId": "500000000000001AAA", "CommentBody": "Again"}}
    told = tell(desk.add(State.DELIVERED, object="Case"), sent)

    assert "CommentBody" not in [one.name for one in told.fields]
    assert Became.SENT not in [one.became for one in told.fields]


def test_mapper_that_may_end_the_process(desk: Desk, tell: Tell) -> None:
    """A mapper of others is not asked for a callback of which it has never made a record."""
    foreign = RULES.replace("defaults:\n", "defaults:\n  mapper: tests.trial.test_why:Deadly\n")
    Configurations(desk.ledger.database).keep("foreign", {"ringback.yaml": foreign})
    entry = desk.add(State.FAILED, object=None)

    told = tell(entry, None, "foreign")

    assert told.trial is None
    assert told.lacking
    assert "mapper" in told.lacking


@pytest.mark.parametrize(
    "files",
    [
        {"ringback.yaml": "rules: ["},
        {"ringback.yaml": RULES.replace("Phone", "${UNSET_VARIABLE}")},
        {"ringback.yaml": "defaults: {mapper: no.such:Mapper}\nrules: [{name: all}]"},
        {"../../ringback.yaml": RULES},
        {"/tmp/ringback.yaml": RULES},
    ],
)
def test_configuration_that_cannot_be_read(desk: Desk, files: dict[str, str]) -> None:
    """It is said so, whatever is wrong with it, and nothing is written elsewhere."""
    configurations = Configurations(desk.ledger.database)
    configurations.keep("bad", files)
    rules = PastRules(configurations, InForce(Loaded(desk.config, "today")), {})

    assert Lacking.UNREADABLE is rules.config("bad")


def test_many_configurations(desk: Desk) -> None:
    """Each is read once, and not all are kept in memory."""
    configurations = Configurations(desk.ledger.database)
    rules = PastRules(configurations, InForce(Loaded(desk.config, "today")), {})
    for number in range(20):
        configurations.keep(str(number), {"ringback.yaml": RULES})

    read = [rules.config(str(number)) for number in range(20)]

    assert rules.config("19") is read[19]
    assert rules.config("0") is not read[0]
    assert rules.config("today") is desk.config
