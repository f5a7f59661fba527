"""The page of one callback: what it says, what it hides, and what callers cannot make of it."""

import html
import json
import re
import time
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.domain.entry import Entry, State
from app.ledger.codec import Codec
from app.ledger.keys import index_key
from app.ledger.ledger import Attempted, Ledger
from app.ledger.tables import audit
from app.operations.forget import Forget
from tests.console.visitor import Visitor
from tests.support.console_users import OPERATOR, VIEWER
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

NUMBER = "4930901820"
SHOWN = "+4930901820"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`{{ 7*7 }}&amp;</textarea></pre>"


@pytest.fixture(scope="module")
def operator(shared_console: RunningRingback) -> Visitor:
    return Visitor(shared_console.url, *OPERATOR)


@pytest.fixture(scope="module")
def viewer(shared_console: RunningRingback) -> Visitor:
    return Visitor(shared_console.url, *VIEWER)


@pytest.fixture
def ledger(console: RunningRingback) -> Ledger:
    # Its ids begin anew with each test.
    with writing(console.database) as connection:
        connection.execute(delete(audit))
    return Ledger(console.database, Codec(index_key(console.database)))


def came(console: RunningRingback, ledger: Ledger, **fields: Any) -> Entry:
    """A callback that has just been delivered."""
    console.post({"AcdEventsID": 4711, "Caller": NUMBER, "Subject": "Offer", **fields})
    return ledger.select()[-1]


def page_of(visitor: Visitor, entry: Entry) -> str:
    answer = visitor.get(f"/console/callbacks/{entry.id}")
    assert answer.status_code == 200, answer.text
    return answer.text


def deeds(ledger: Ledger, entry: Entry) -> list[tuple[str, str]]:
    with ledger.database.read() as connection:
        rows = connection.execute(select(audit).where(audit.c.entry_id == entry.id).order_by(audit.c.id))
        return [(row.user, row.deed) for row in rows]


def test_numbers_are_masked(console: RunningRingback, ledger: Ledger, operator: Visitor, viewer: Visitor) -> None:
    """Nobody sees a number or the raw payload by just looking, wherever it stands."""
    entry = came(console, ledger, Body=f"Call me at {SHOWN} or 030/901821", Extra=f"tel:{SHOWN}")

    for visitor in (operator, viewer):
        text = page_of(visitor, entry)
        assert not re.search(r"30\W*90\W*18\W*2", text)
        assert "…20" in text
        assert "AcdEventsID" not in text


def test_operator_reveals_numbers_for_one_answer(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """The answer of the deed shows the number; who did it is written down; the next look is masked again."""
    entry = came(console, ledger)

    revealed = operator.post(f"/console/callbacks/{entry.id}/reveal", what="numbers")

    assert SHOWN in revealed.text
    assert "AcdEventsID" not in revealed.text
    assert "no-store" in revealed.headers["Cache-Control"]
    assert [("olga", "reveal")] == deeds(ledger, entry)
    assert SHOWN not in page_of(operator, entry)


def test_operator_sees_what_came(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """The raw payload is shown, as text, and that is written down as its own deed."""
    entry = came(console, ledger)

    raw = operator.post(f"/console/callbacks/{entry.id}/reveal", what="raw").text

    assert html.escape(json.dumps({"AcdEventsID": 4711})[:-1], quote=False) in html.unescape(raw)
    assert [("olga", "raw")] == deeds(ledger, entry)


@pytest.mark.parametrize("what", ["numbers", "raw"])
def test_viewer_reveals_nothing(console: RunningRingback, ledger: Ledger, viewer: Visitor, what: str) -> None:
    """A viewer has no button, and a post of his is refused, does nothing and shows nothing."""
    entry = came(console, ledger)

    answer = viewer.post(f"/console/callbacks/{entry.id}/reveal", what=what)

    assert (403, []) == (answer.status_code, deeds(ledger, entry))
    assert SHOWN not in answer.text
    assert "/reveal" not in page_of(viewer, entry)
    assert "/forget" not in page_of(viewer, entry)
    assert viewer.get(f"/console/callbacks/{entry.id}/forget").status_code == 403
    assert viewer.post(f"/console/callbacks/{entry.id}/forget", reason="x", id=entry.id).status_code == 403


@pytest.mark.parametrize("what", ["", "all", "RAW"])
def test_reveals_only_what_there_is(console: RunningRingback, ledger: Ledger, operator: Visitor, what: str) -> None:
    """Another word reveals nothing and is no deed."""
    entry = came(console, ledger)

    assert 400 == operator.post(f"/console/callbacks/{entry.id}/reveal", what=what).status_code
    assert [] == deeds(ledger, entry)


@pytest.mark.parametrize("token", ["", "0" * 64])
def test_forged_posts(console: RunningRingback, ledger: Ledger, operator: Visitor, token: str) -> None:
    """Without the token of the session nothing is revealed and nobody is forgotten."""
    entry = came(console, ledger)

    for path in ("reveal", "forget"):
        fields = {"csrf_token": token, "what": "raw", "reason": "x", "id": entry.id}
        assert 403 == operator.post(f"/console/callbacks/{entry.id}/{path}", **fields).status_code
    assert ledger.select()[0].body


@pytest.mark.parametrize("name", ["0", "99999999", "9" * 30, "-1", "x", "1.5", "1/../2", "%00"])
def test_other_ids(operator: Visitor, name: str) -> None:
    """What is no callback is not found, whatever it is."""
    assert 404 == operator.get(f"/console/callbacks/{name}").status_code


def test_hostile_texts(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """Whatever a caller, an org's admin or an integrator has written stands there as text."""
    said = {"Body": HOSTILE, "Subject": HOSTILE, "AcdGroupsName": HOSTILE, "ServiceNumbersName": HOSTILE}
    entry = came(console, ledger, **said, **{HOSTILE: HOSTILE}, UsersNickNameCreator=HOSTILE)
    packed = json.dumps({"object": HOSTILE, "fields": {HOSTILE: HOSTILE}, "left_out": {"X": HOSTILE}}).encode()
    line = Attempted(time.time(), 1, "web", "failed", "abc", "some_reason", HOSTILE[:60], HOSTILE, packed)
    columns = {"message": HOSTILE, "rule": HOSTILE[:60], "record_number": HOSTILE[:40], "reason": "<b>"}
    ledger.change(entry.id, lambda *_: {**columns, "external_id": HOSTILE[:80], "request_id": HOSTILE[:60]}, line)

    for text in (page_of(operator, entry), operator.post(f"/console/callbacks/{entry.id}/reveal", what="raw").text):
        assert "<script>alert" not in text
        assert "<img" not in text
        assert "<b>" not in text
        assert text.count("</textarea>") == 1
        assert "49" not in html.unescape(text).partition("{{ 7*7 }}")[2][:5]


@pytest.mark.parametrize(
    "body",
    [b"\x00\x01\xff\xfe binary \x80", "‮evil‬⁦".encode(), b"\x1b[31m", b"{" + b"x" * 65_000, "Ü".encode("cp1252")],
)
def test_payload_that_is_no_callback(console: RunningRingback, ledger: Ledger, operator: Visitor, body: bytes) -> None:
    """Binary, control and bidi characters, and a large payload, are shown as text that steers nothing."""
    console.post(body)
    entry = ledger.select()[-1]
    assert entry.state is State.INVALID

    raw = operator.post(f"/console/callbacks/{entry.id}/reveal", what="raw")

    assert raw.status_code == 200
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]", raw.text)


def test_purged(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """What was removed is not shown, not revealed, and it says so; the rest is."""
    entry = came(console, ledger)
    Forget(ledger, None).run(entry)

    for text in (page_of(operator, entry), operator.post(f"/console/callbacks/{entry.id}/reveal", what="raw").text):
        assert "Offer" not in text
        assert SHOWN not in text
        assert "can no longer be shown" in text
        assert str(entry.record_number) in text


def test_row_of_an_older_ringback(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """It says that what was sent is not kept, and explains by the rules all the same."""
    entry = came(console, ledger)
    with ledger.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE attempt SET sent = NULL, sealed_with = NULL")

    text = page_of(operator, entry)

    assert "What was sent is not kept" in text
    assert "everyone-else" in text


def test_many_attempts(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """A callback that was attempted 200 times has its page soon, and a text for a ticket of readable length."""
    entry = came(console, ledger)
    for number in range(200):
        line = Attempted(time.time() + number, 30_000, "engine", "failed", "abc", "crm_timeout", None, "It hangs.")
        ledger.change(entry.id, lambda *_: None, line)

    began = time.monotonic()
    text = page_of(operator, entry)

    assert text.count("crm_timeout") > 200
    assert "… 173 more" in text
    assert time.monotonic() - began < 10


def test_ticket_holds_nobody(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """Even where all is revealed the text for a ticket has no word of the caller's, but what finds the callback."""
    entry = came(console, ledger, Subject="My secret wish", AcdGroupsName="A secret group")

    text = operator.post(f"/console/callbacks/{entry.id}/reveal", what="raw").text
    ticket = html.unescape(text.partition("<textarea")[2].partition("</textarea>")[0])

    assert not any(word in ticket for word in ("901820", "secret"))
    assert all(word in ticket for word in ("4711", str(entry.record_number), str(entry.record_id), entry.request_id))


def test_forget_needs_a_reason_and_what_was_seen(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """Without a reason nothing goes, and a callback that came after the look stays."""
    entry = came(console, ledger)
    path = f"/console/callbacks/{entry.id}/forget"
    operator.post(path, reason=" ", id=entry.id)
    assert ledger.select()[0].body
    later = came(console, ledger, AcdEventsID=4712)

    done = operator.post(path, reason="asked by letter", id=entry.id)

    assert "removed" in done.text
    first, second = ledger.select()
    assert (b"", later.body) == (first.body, second.body)
    assert [("olga", "forget")] == deeds(ledger, entry)


def test_what_waits_is_left_unless_it_is_discarded(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """What still has to be delivered is named and left; it goes where that is wanted, and is discarded before."""
    entry = came(console, ledger)
    waits = {"state": State.WAITING, "due_at": time.time() + 86_400, "record_id": None, "delivered_at": None}
    ledger.change(entry.id, lambda *_: waits)
    path = f"/console/callbacks/{entry.id}/forget"

    assert "still has to be delivered" in operator.get(path).text
    assert "still has to be delivered" in operator.post(path, reason="asked", id=entry.id).text
    assert ledger.select()[0].body
    assert "nobody will be called back" in operator.get(f"{path}?also_waiting=1").text
    operator.post(path, reason="asked", id=entry.id, also_waiting="1")

    (forgotten,) = ledger.select()
    assert (State.DISCARDED, b"") == (forgotten.state, forgotten.body)


def test_caller_without_a_number(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """Who has no number is forgotten with this callback alone: all others stay."""
    other = came(console, ledger)
    hidden = came(console, ledger, AcdEventsID=4712, Caller="anonymous", SalesforceId="003000000000001AAA")
    path = f"/console/callbacks/{hidden.id}/forget"

    assert f'value="{other.id}"' not in operator.get(path).text
    operator.post(path, reason="asked", id=[hidden.id, other.id])

    first, second = ledger.select()
    assert (other.body, b"") == (first.body, second.body)


def test_only_the_block_for_htmx(console: RunningRingback, ledger: Ledger, operator: Visitor) -> None:
    """What htmx asks for is the block that it changes."""
    entry = came(console, ledger)

    text = operator.get(f"/console/callbacks/{entry.id}", **{"HX-Request": "true"}).text

    assert "<html" not in text
    assert f"Callback {entry.id}" in text
