"""What the ledger keeps of what each attempt has sent, on a real ledger."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.crm.lengths import Limit
from app.delivery.request.intake import Sent
from app.domain.entry import Entry
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from app.mapping.described import described
from app.operations.sent import SentByAttempt, as_it_stands, sent_of
from app.rules_in_force.in_force import Loaded
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk

Send = Callable[..., Sent]
MERGING = replace(CONFIG, rules=[replace(rule, merge=timedelta(minutes=30)) for rule in CONFIG.rules])


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def kept(desk: Desk, number: int = 0) -> list[SentByAttempt]:
    """Of the callback that came as this one."""
    return sent_of(desk.ledger.rows, desk.ledger.attempts(entries(desk)[number].id))


def drain(desk: Desk) -> None:
    desk.heartbeats.beat("engine")
    while any(one.due_at is not None for one in entries(desk)):
        desk.engine.run_once()


def test_record_as_it_was_sent(desk: Desk, sent: Send) -> None:
    """Kept is just what the CRM got, with the configuration by which it came to be."""
    desk.delivery.accept(sent(1))

    (one,) = kept(desk)
    assert described(desk.crm.records["default-1"])["fields"] == one.record.fields
    assert ("Case", "config", True, False) == (one.record.object, one.config, one.delivered, one.record.there)
    assert {} == one.record.left_out


def test_ref_is_kept_by_its_name(desk: Desk, sent: Send) -> None:
    """A queue is kept as the rule names it."""
    desk.delivery.accept(sent(1, group="SERVICE_B2B"))

    assert {"queue": "B2B Support"} == kept(desk)[0].record.fields["OwnerId"]


def test_what_was_left_out(desk: Desk, sent: Send) -> None:
    """A field that the CRM refused is kept with its value apart from what was sent; so is how long a cut text was."""
    desk.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    desk.crm.lengths = {"Subject": Limit(10)}
    desk.delivery.accept(sent(1))

    (one,) = kept(desk)
    assert {"Origin": "Phone"} == one.record.left_out
    assert "Origin" not in one.record.fields
    assert ("Callback…", {"Subject": 24}) == (one.record.fields["Subject"], dict(one.record.cut))


def test_refusal_keeps_what_was_refused(desk: Desk, sent: Send) -> None:
    """What the CRM has refused for good is kept: a person has to see it."""
    desk.crm.bad = {"NoSuchField__c": Reason.FIELD_UNKNOWN}
    assert Status.REFUSED is desk.delivery.accept(sent(1, group="BAD_FIELD")).status

    (one,) = kept(desk)
    assert ("x", False) == (one.record.fields["NoSuchField__c"], one.delivered)


def test_what_the_mapping_refuses_was_not_sent(desk: Desk, sent: Send) -> None:
    """Where there was no record, none is kept."""
    desk.delivery.accept(sent(1, group="NEEDS_SUBJECT"))

    assert [] == kept(desk)


def test_paused_callback_was_not_sent(desk: Desk, sent: Send) -> None:
    """What only waits has sent nothing; then it is delivered with what is kept."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    desk.delivery.accept(sent(1))
    before = kept(desk)
    desk.pauses.end(ORG)
    drain(desk)

    assert [] == before
    assert [True] == [one.delivered for one in kept(desk)]


def test_retry_with_other_rules(desk: Desk, sent: Send) -> None:
    """Each attempt names the configuration by which it was mapped; what stands in the CRM is of the last one."""
    desk.heartbeats.beat("engine")
    desk.crm.reason, desk.crm.unknown = Reason.CRM_TIMEOUT, True
    desk.delivery.accept(sent(1))
    desk.crm.reason = None
    rules = [replace(rule, mapper=rule.mapper.without("Origin")) for rule in CONFIG.rules]
    desk.delivery.in_force.take(Loaded(replace(CONFIG, rules=rules), "other"))
    drain(desk)

    first, *_, last = kept(desk)
    assert ("config", False, "Phone") == (first.config, first.delivered, first.record.fields["Origin"])
    assert ("other", True, False) == (last.config, last.delivered, "Origin" in last.record.fields)
    assert last == as_it_stands(kept(desk))


def test_record_whose_answer_was_lost(desk: Desk, sent: Send) -> None:
    """The next attempt finds it there: it stands as the first one has sent it."""
    desk.heartbeats.beat("engine")
    desk.crm.lost = 5
    desk.delivery.accept(sent(1))
    desk.crm.lost = 0
    drain(desk)

    all_of_it = kept(desk)
    assert (True, True) == (all_of_it[-1].delivered, all_of_it[-1].record.there)
    assert all_of_it[-2] == as_it_stands(all_of_it)


def test_changed_callback_is_a_comment(desk: Desk, sent: Send) -> None:
    """Of what became a comment its text is kept, and on which Case it is."""
    first = sent(1)
    for wish in ("Now", "Later"):
        body = json.dumps({**json.loads(first.body), "Body": wish}).encode()
        desk.delivery.accept(replace(first, body=body))

    (one,) = kept(desk, 1)
    ((case_id, text),) = desk.crm.commented
    assert one.record.is_comment
    assert case_id == one.record.fields["ParentId"]
    assert text.startswith(one.record.fields["CommentBody"])
    assert "Later" in one.record.fields["CommentBody"]


def test_merged_callback_is_a_comment(database_url: str, crm: MoodyCrm, sent: Send) -> None:
    """A caller who asks again has a comment on the open Case, which is kept."""
    with open_desk(database_url, crm, MERGING, seconds=3.0) as desk:
        desk.heartbeats.beat("engine")
        desk.delivery.accept(sent(1))
        desk.delivery.accept(sent(2))

        (one,) = kept(desk, 1)
        assert (True, True) == (one.record.is_comment, one.delivered)
        assert crm.id_of("default-1") == one.record.fields["ParentId"]


def test_engine_keeps_what_it_has_sent(desk: Desk, sent: Send) -> None:
    """What goes together is kept for each by itself."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for number in range(1, 6):
        desk.delivery.accept(sent(number))
    desk.pauses.end(ORG)
    drain(desk)

    for number, entry in enumerate(entries(desk)):
        (one,) = kept(desk, number)
        assert described(desk.crm.records[str(entry.external_id)])["fields"] == one.record.fields


@pytest.mark.parametrize("text", ["Ünïcode 😀", "a\x00b", "\ud800", "‮right to left", "x" * 40_000, '"quoted"\\'])
def test_any_text_is_kept(desk: Desk, sent: Send, text: str) -> None:
    """Whatever a caller says is kept as it was sent."""
    plain = sent(1)
    body = json.dumps({**json.loads(plain.body), "Body": text}).encode()
    desk.delivery.accept(replace(plain, body=body))

    assert described(desk.crm.records["default-1"])["fields"] == kept(desk)[0].record.fields


def test_ledger_of_an_older_ringback(tmp_path: Path, desk: Desk, sent: Send) -> None:
    """An attempt of an older Ringback has sent something, but nothing of it is kept."""
    desk.delivery.accept(sent(1))
    with desk.ledger.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attempt SET sent = NULL, sealed_with = NULL")

    assert [] == kept(desk)
    assert as_it_stands([]) is None
