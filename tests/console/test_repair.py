"""Who may repair, what is refused, and that nothing is done twice, without a browser."""

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import DDL, select, update

from app.domain.entry import State
from app.ledger.database import Database
from app.ledger.pauses import ORG, Pauses
from app.ledger.repairs import PLAN_SECONDS, Repairs
from app.ledger.tables import audit, repair
from tests.console.visitor import Visitor
from tests.support.desk import NUMBER, Desk
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.writing import writing


@pytest.fixture
def desk(tmp_path: Path, console: RunningRingback, sandbox: RunningSandbox) -> Iterator[Desk]:
    """Puts callbacks into the console's ledger."""
    desk = Desk(tmp_path, sandbox, console.environment["DATABASE_URL"])
    yield desk
    desk.ledger.database.close()


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def ended(operator: Visitor, desk: Desk, path: str) -> str:
    """The repair's page when it is over."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page = operator.get(path).text
        if "went through" in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def deeds(database: Database, deed: str) -> list[str | None]:
    with database.read() as connection:
        return list(connection.execute(select(audit.c.note).where(audit.c.deed == deed)).scalars())


@pytest.mark.parametrize(
    "path", ["/console/repair", "/console/repair/1", "/console/callbacks/1/edit", "/console/check"]
)
@pytest.mark.parametrize("who", ["viewer", "forger", "nobody"])
def test_only_operators(viewer: Visitor, operator: Visitor, path: str, who: str) -> None:
    """A viewer, another site in an operator's name, and a stranger get nothing done."""
    if who == "viewer":
        answer = viewer.post(path, deed="discard", id="1", note="Why")
    elif who == "forger":
        answer = operator.post(path, csrf_token="0" * 64, deed="discard", id="1", note="Why")
    else:
        operator.post("/console/sign-out")
        answer = operator.post(path, deed="discard", id="1", note="Why")

    # A stranger is led to the entrance.
    assert answer.status_code == 403 or (who == "nobody" and "/sign-in" in answer.url), answer.text


def test_two_clicks_do_it_once(operator: Visitor, desk: Desk) -> None:
    """The form that is sent twice is one repair, and one deed of the audit."""
    entry = desk.add(State.FAILED)
    before = len(deeds(desk.ledger.database, "discard"))
    path = path_of(operator.post("/console/repair", deed="discard", id=entry.id).url)
    operator.post(path, note="Once")
    operator.post(path, note="Twice")
    ended(operator, desk, path)

    assert ["Once"] == deeds(desk.ledger.database, "discard")[before:]
    assert ["Once"] == [line.note for line in desk.ledger.attempts(entry.id)]


def test_reason_is_asked_for(operator: Visitor, desk: Desk) -> None:
    """Without one nothing is done."""
    entry = desk.add(State.FAILED)
    path = path_of(operator.post("/console/repair", deed="discard", id=entry.id).url)

    assert 422 == operator.post(path, note="  ").status_code
    assert State.FAILED is desk.state(entry)


def test_stale_preview(operator: Visitor, desk: Desk) -> None:
    """What was planned too long ago is not done; the page says to look again."""
    entry = desk.add(State.FAILED)
    path = path_of(operator.post("/console/repair", deed="discard", id=entry.id).url)
    with writing(desk.ledger.database) as connection:
        connection.execute(update(repair).values(planned_at=desk.ledger.now() - PLAN_SECONDS - 1))

    page = operator.post(path, note="Why")

    assert "look again" in page.text
    assert State.FAILED is desk.state(entry)


def test_plan_is_its_makers(operator: Visitor, viewer: Visitor, desk: Desk) -> None:
    """Nobody else sees what is only planned; what is asked for all may see."""
    path = path_of(operator.post("/console/repair", deed="discard", id=desk.add(State.FAILED).id).url)
    assert 404 == viewer.get(path).status_code

    operator.post(path, note="Why")
    assert 200 == viewer.get(path).status_code


@pytest.mark.parametrize("path", ["/console/repair/99999999999999999999999", "/console/repair/0", "/console/repair/-1"])
def test_no_such_repair(operator: Visitor, path: str) -> None:
    """An id that nothing has, or no database could, is a page that says so."""
    assert 404 == operator.get(path).status_code


@pytest.mark.parametrize(
    "fields",
    [{"deed": "forget"}, {"deed": ""}, {"deed": "replay", "state": "no"}, {"deed": "replay", "since": "x"}],
)
def test_nonsense(operator: Visitor, fields: dict[str, str]) -> None:
    """What is not understood would choose more than was meant, so nothing is planned."""
    assert 404 == operator.post("/console/repair", **fields).status_code


@pytest.mark.parametrize("chosen", ["x' OR 1=1", "-1", "9" * 30, ""])
def test_no_such_id(operator: Visitor, desk: Desk, chosen: str) -> None:
    """An id that no callback has means none, and never all."""
    desk.add(State.FAILED)

    assert "No callback is meant by this" in operator.post("/console/repair", deed="replay", id=chosen).text


def test_paused(operator: Visitor, desk: Desk, sandbox: RunningSandbox) -> None:
    """While delivery is paused one is tried; the others are left as they are, and the page says why."""
    entries = [desk.add(State.FAILED, reason="crm_unavailable") for _ in range(5)]
    sandbox.fault("unavailable", share=1)
    Pauses(desk.ledger.database).begin(ORG, "crm_unavailable", 3600)
    preview = operator.post("/console/repair", deed="replay", state="failed", reason="crm_unavailable")
    assert "Delivery is paused (Salesforce failed to answer)" in preview.text
    operator.post(path_of(preview.url), note="Is it back?")

    page = ended(operator, desk, path_of(preview.url))

    assert "not attempted: delivery is paused" in page
    assert [State.FAILED] * 4 == [desk.state(one) for one in entries[1:]]
    sandbox.clear_faults()


def test_repeat_of_what_was_edited(
    operator: Visitor, desk: Desk, console: RunningRingback, sandbox: RunningSandbox
) -> None:
    """jtel repeats what it has sent: it finds the entry, and the Case gets what the operator wrote."""
    sent = {"AcdEventsID": 880_001, "Caller": "4930901821", "Subject": "Offer"}
    entry = desk.add(State.DISCARDED, sent)
    opened = operator.post(f"/console/callbacks/{entry.id}/edit")
    assert "4930901821" in opened.text
    looked = operator.post(
        f"/console/callbacks/{entry.id}/edit", text=entry.body.decode().replace("4930901821", NUMBER), step="look"
    )
    assert re.search(r"<td[^>]*>4930901821</td>\s*<td[^>]*>4930901820</td>", looked.text)
    sandbox.fault("unavailable", share=1)
    saved = operator.post(
        f"/console/callbacks/{entry.id}/edit",
        text=entry.body.decode().replace("4930901821", NUMBER),
        step="save",
        note="Misheard",
    )
    ended(operator, desk, path_of(saved.url))
    sandbox.clear_faults()
    desk.change(entry, {"state": State.FAILED, "due_at": None, "unknown": False})
    Pauses(desk.ledger.database).end(ORG)

    answer = console.post(sent)

    assert (200, desk.now(entry).record_number) == (answer.status, answer.body["caseNumber"])
    (case,) = sandbox.query(f"SELECT Description FROM Case WHERE CaseNumber = '{answer.body['caseNumber']}'")
    assert f"+{NUMBER}" in case["Description"]
    assert "4930901821" not in case["Description"]


def test_viewers_see_no_payload(viewer: Visitor, desk: Desk) -> None:
    """The form of an edit holds what jtel sent, so only operators open it."""
    entry = desk.add(State.FAILED)

    assert 403 == viewer.post(f"/console/callbacks/{entry.id}/edit").status_code
    assert NUMBER not in viewer.get(f"/console/callbacks/{entry.id}/edit").text


def test_html_in_what_is_shown(operator: Visitor, desk: Desk) -> None:
    """Neither a caller's text nor a reason is HTML."""
    entry = desk.add(
        State.FAILED, {"Subject": "</textarea><script>x</script>"}, message="<b>no</b>", reason="crm_refused"
    )
    edit = operator.post(f"/console/callbacks/{entry.id}/edit").text
    assert "<script>x" not in edit
    path = path_of(operator.post("/console/repair", deed="replay", id=entry.id).url)
    operator.post(path, note="<script>y</script>")

    assert "<script>y" not in ended(operator, desk, path)
    assert [one.note for one in Repairs(desk.ledger.database).latest(1)] == ["<script>y</script>"]


def test_a_preview_is_a_look(operator: Visitor, desk: Desk) -> None:
    """What is changed stands beside what jtel sent, so it is noted, whatever somebody has written."""
    entry = desk.add(State.FAILED)
    text = f'{{"AcdEventsID": {entry.event_id}, "Caller": "4930901821"}}'
    before = len(deeds(desk.ledger.database, "raw"))
    for count, fields in enumerate(({"step": "look"}, {"step": "save"}, {}), before + 1):
        assert NUMBER in operator.post(f"/console/callbacks/{entry.id}/edit", text=text, **fields).text
        assert len(deeds(desk.ledger.database, "raw")) == count


def test_a_reason_is_short_and_steers_nothing(operator: Visitor, desk: Desk) -> None:
    """It is kept with each callback, and no database takes all characters."""
    path = path_of(operator.post("/console/repair", deed="discard", id=desk.add(State.FAILED).id).url)
    operator.post(path, note="\x00\u202eWhy \n not" + "x" * 900_000)
    noted, (one,) = deeds(desk.ledger.database, "discard")[-1], Repairs(desk.ledger.database).latest(1)

    assert noted == one.note
    assert noted is not None
    assert noted.startswith(r"\x00\u202eWhy notx")
    assert len(noted) == 500


def test_nothing_is_done_that_cannot_be_noted(operator: Visitor, desk: Desk) -> None:
    """Without the audit nobody sees a payload, and nothing is repaired."""
    entry = desk.add(State.FAILED)
    path = path_of(operator.post("/console/repair", deed="discard", id=entry.id).url)
    text = f'{{"AcdEventsID": {entry.event_id}, "Caller": "4930901821"}}'
    with writing(desk.ledger.database) as connection:
        connection.execute(DDL("ALTER TABLE audit RENAME TO no_audit"))
    try:
        answers = [
            operator.post(f"/console/callbacks/{entry.id}/reveal", what="raw"),
            operator.post(f"/console/callbacks/{entry.id}/edit"),
            operator.post(f"/console/callbacks/{entry.id}/edit", text=text, step="look"),
            operator.post(f"/console/callbacks/{entry.id}/edit", text=text, step="save", note="Why"),
            operator.post(f"/console/callbacks/{entry.id}/forget", reason="Why", id=entry.id),
            operator.post("/console/try", load="callback", callback=entry.id),
            operator.post("/console/try", callback=entry.id, payload=""),
            operator.post(path, note="Why"),
            operator.get("/console/callbacks.csv"),
        ]
    finally:
        with writing(desk.ledger.database) as connection:
            connection.execute(DDL("ALTER TABLE no_audit RENAME TO audit"))

    assert {500, 503} >= {answer.status_code for answer in answers}
    assert not any(NUMBER in answer.text for answer in answers)
    kept = desk.now(entry)
    assert (kept.state, kept.purged_at, kept.edited_at) == (State.FAILED, None, None)
    planned = Repairs(desk.ledger.database).get(int(path.rpartition("/")[2]))
    assert planned is not None
    assert planned.asked_at is None
