"""A batch that meets a Case of another content: each of its callbacks ends as if it had been sent alone."""

import json
from typing import Any

import pytest

from app.delivery.intake import Sent
from app.domain.entry import Entry, State
from app.domain.reasons import Reason
from app.domain.record import Dropped, Record
from app.ledger.database import LedgerError
from app.ledger.pauses import ORG
from app.ledger.tables import entry as rows
from tests.delivery.conftest import CONFIG, Desk

ANOTHER = Record("Case", {"Description": "Of another content"})
MARK = "[Ringback default-1]"


@pytest.fixture
def meeting(desk: Desk) -> Desk:
    """Two first contents that wait and are due; the event of the first has a Case that the ledger does not know."""
    desk.heartbeats.beat("engine")
    desk.pauses.begin(ORG, Reason.CRM_UNAVAILABLE.word, 3600)
    for event_id in (1, 2):
        body = {"AcdEventsID": event_id, "CallbackNumber": "4930901820", "Body": f"of event {event_id}"}
        desk.delivery.accept(Sent(json.dumps(body).encode(), b"", CONFIG.sources["default"], f"request-{event_id}"))
    desk.pauses.end(ORG)
    desk.crm.records["default-1"] = ANOTHER
    return desk


def entries(desk: Desk) -> list[Entry]:
    return desk.ledger.select(rows.c.id > 0)


def record_ids(desk: Desk, *external_ids: str) -> list[str]:
    return [desk.crm.id_of(one) for one in external_ids]


def test_case_is_open(meeting: Desk) -> None:
    """It gets the callback as a comment; nothing is said to be missing there, since no record was made of it."""
    meeting.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    meeting.engine.run_once()

    first, second = entries(meeting)
    assert ["default-1", "default-2"] == list(meeting.crm.records)
    assert [MARK] == meeting.crm.comments
    assert record_ids(meeting, "default-1", "default-2") == [first.record_id, second.record_id]
    assert ((), (Dropped("Origin", "picklist_value_rejected"),)) == (first.dropped, second.dropped)


def test_case_is_closed(meeting: Desk) -> None:
    """The callback makes the next one, below the closed one, and the ledger has what it was made without."""
    meeting.crm.closed.add("default-1")
    meeting.crm.bad = {"Origin": Reason.PICKLIST_VALUE_REJECTED}
    meeting.engine.run_once()

    first, second = entries(meeting)
    assert ["default-1", "default-2", "default-1-1"] == list(meeting.crm.records)
    assert meeting.crm.id_of("default-1") == meeting.crm.records["default-1-1"].fields["ParentId"]
    assert "of event 1" in str(meeting.crm.records["default-1-1"].fields["Description"])
    assert record_ids(meeting, "default-1-1", "default-2") == [first.record_id, second.record_id]
    assert [(Dropped("Origin", "picklist_value_rejected"),)] * 2 == [first.dropped, second.dropped]
    assert [] == meeting.crm.comments


@pytest.mark.parametrize("question", ["of_event", "attempts"])
def test_ledger_is_away(meeting: Desk, monkeypatch: pytest.MonkeyPatch, question: str) -> None:
    """Who cannot be compared waits, its outcome as unknown as before; the other is delivered all the same."""

    def away(*_: Any) -> None:
        raise LedgerError("OperationalError")

    meeting.ledger.change(1, lambda *_: {"unknown": True})
    with monkeypatch.context() as broken:
        broken.setattr(meeting.ledger, question, away)
        meeting.engine.run_once()
    first, second = entries(meeting)
    line = meeting.last_line(1)
    while State.DELIVERED is not entries(meeting)[0].state:
        meeting.engine.run_once()

    assert (State.WAITING, "ledger_unavailable", True) == (first.state, first.reason, first.unknown)
    assert ("failed", "engine", "ledger_unavailable") == line
    assert State.DELIVERED is second.state
    assert [MARK] == meeting.crm.comments
    assert ["default-1", "default-2"] == list(meeting.crm.records)
