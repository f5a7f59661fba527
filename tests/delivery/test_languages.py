"""What delivery itself writes into a Case is in the language of the source, once, whatever language comes next."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.crm.lengths import Limit
from app.delivery.attempt import mark_late
from app.delivery.courier.leave_out import without
from app.delivery.request.intake import Sent
from app.domain.entry import State
from app.domain.errors import CrmError
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.domain.record import Dropped, Record, Ref, Value
from app.ledger.tables import entry as rows
from app.mapping.rules import Config
from app.rules_in_force.in_force import Loaded
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk

GERMAN = replace(
    CONFIG,
    sources={name: replace(source, language="de") for name, source in CONFIG.sources.items()},
    rules=[replace(rule, merge=timedelta(minutes=30)) for rule in CONFIG.rules],
)
ENGLISH = replace(GERMAN, sources=CONFIG.sources)


@pytest.fixture
def desk(database_url: str, crm: MoodyCrm) -> Iterator[Desk]:
    """A desk whose source is German."""
    with open_desk(database_url, crm, GERMAN, seconds=3.0) as opened:
        opened.heartbeats.beat("engine")
        yield opened


def sent(config: Config, event_id: int = 1, body: str = "first") -> Sent:
    callback = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Body": body}
    return Sent(json.dumps(callback).encode(), b"", config.sources["default"], f"request-{body}")


def test_comments(desk: Desk) -> None:
    """A changed callback and a caller who asks again are told in German."""
    for event_id, body in ((1, "first"), (1, "second"), (2, "third")):
        desk.delivery.accept(sent(GERMAN, event_id, body))

    assert [
        "Der Anrufer hat den Rückrufwunsch geändert:",
        "Der Anrufer hat erneut um einen Rückruf gebeten:",
    ] == [text.splitlines()[0] for _, text in desk.crm.commented]


@pytest.mark.parametrize(("before", "after"), [(GERMAN, ENGLISH), (ENGLISH, GERMAN)], ids=["from German", "to German"])
def test_language_that_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch, before: Config, after: Config) -> None:
    """A comment whose answer was lost is found by the next attempt, which speaks another language."""
    comment = desk.crm.comment

    def losing(*arguments: Any) -> None:
        comment(*arguments)
        raise CrmError(Reason.CRM_TIMEOUT, "The answer was lost.", outcome_unknown=True)

    desk.delivery.in_force.loaded = Loaded(before, "before")
    desk.delivery.accept(sent(before))
    with monkeypatch.context() as losses:
        losses.setattr(desk.crm, "comment", losing)
        assert Status.QUEUED is desk.delivery.accept(sent(before, body="second")).status
    desk.delivery.in_force.loaded = Loaded(after, "after")
    while any(one.state is not State.DELIVERED for one in desk.ledger.select(rows.c.id > 0)):
        desk.engine.run_once()

    assert ["[Ringback default-1-2]"] == desk.crm.comments


def test_late() -> None:
    """A Case that comes late says so in German, with the day in the German order."""
    record = Record("Case", {"Description": "wer und was"}, language="de")
    requested = datetime.fromisoformat("2026-11-20T10:42:00+01:00")

    assert [
        "Verspätet: gewünscht um 10:42 Uhr, zugestellt um 13:05 Uhr.\nwer und was",
        "Verspätet: gewünscht am 20.11.2026 um 10:42 Uhr, zugestellt am 21.11.2026 um 10:42 Uhr.\nwer und was",
    ] == [
        mark_late(record, requested, requested + delay).fields["Description"]
        for delay in (timedelta(hours=2, minutes=23), timedelta(days=1))
    ]


def test_left_out() -> None:
    """What could not be set, and what had to be cut, is told in German; the words of the reasons stay."""
    fields: dict[str, Value] = {"Description": "Ja.", "OwnerId": Ref("queue", "B2B"), "Wish__c": "Ein langer Wunsch"}
    record = Record("Case", fields, language="de")

    assert (
        "Ja.\n\nRingback konnte nicht setzen:\nOwnerId: Warteschlange B2B (queue_not_found)"
        "\n\nRingback musste kürzen:\nWish__c: Ein langer Wunsch (value_too_long)"
    ) == without(record, [Dropped("OwnerId", "queue_not_found")], {"Wish__c": Limit(6)}).fields["Description"]


@pytest.mark.parametrize(
    ("ref", "said"),
    [
        (Ref("open_case", "+4930901820"), "Case +4930901820"),
        (Ref("account_owner", "+4930901820"), "Account +4930901820"),
        (Ref("lookup", "V-1", "Name", object="Contract__c"), "Contract__c V-1"),
    ],
)
def test_left_out_of_what_is_looked_up(ref: Ref, said: str) -> None:
    """No machine word stands in a text for people."""
    record = Record("Case", {"Description": "Ja.", "X__c": ref}, language="de")

    told = str(without(record, [Dropped("X__c", "record_not_found")]).fields["Description"])
    assert f"X__c: {said} (record_not_found)" == told.splitlines()[-1]
