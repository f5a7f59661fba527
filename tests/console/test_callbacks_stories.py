"""What somebody finds out in the list of callbacks, each in three clicks at most."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from sqlalchemy import update

from app.domain.record import Dropped
from app.ledger.tables import entry
from tests.console.visitor import Visitor, count_rows
from tests.support.desk import NUMBER
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

OTHER = "4989123456"
NO_QUEUE = Dropped("OwnerId", "queue_not_found", "The org has no queue of this name.")


def send(console: RunningRingback, event: int, **fields: Any) -> dict[str, Any]:
    return console.post({"AcdEventsID": event, "CallbackNumber": NUMBER, "Subject": "Offer", **fields}).body


def change(console: RunningRingback, event: int, **values: Any) -> None:
    """Behind Ringback's back."""
    with writing(console.database) as connection:
        connection.execute(update(entry).where(entry.c.event_id == str(event)).values(values))


def id_of(console: RunningRingback, event: int) -> int:
    (found,) = (one["id"] for one in console.entries() if one["event_id"] == str(event))
    return int(found)


def rows(page: Page) -> Locator:
    return page.locator("table.cards tbody tr")


@pytest.fixture
def page(operator_page: Page) -> Page:
    return operator_page


def test_what_became_of_a_case_number(operator: Visitor, console: RunningRingback) -> None:
    """The number of its Case leads to it, and so does the Case's id."""
    answer = send(console, 4711)
    for name in (answer["caseNumber"], answer["caseId"], answer["caseId"][:15]):
        assert operator.search(name).url == f"{console.url}/console/callbacks/{id_of(console, 4711)}"


def test_what_became_of_a_caller(operator: Visitor, console: RunningRingback) -> None:
    """A telephone number, however it is written, leads to all that the caller has asked for.

    It stands in no address and in no log.
    """
    for event, number in ((1, NUMBER), (2, OTHER), (3, f"00{NUMBER}")):
        send(console, event, CallbackNumber=number)
    for written in (f"+{NUMBER}", "030 901820", "0049 (30) 90-18-20", NUMBER):
        found = operator.search(written)
        assert count_rows(found) == 2
        for number in ("901820", "90-18-20"):
            assert number not in found.url
            assert number not in found.text
    assert "901820" not in console.log.read_text().replace("90-18-20", "901820")


def test_a_new_callback_comes_by_itself(page: Page, console: RunningRingback) -> None:
    """Who looks at the list sees what comes."""
    page.goto("/console/callbacks")
    expect(page.locator("#list")).to_contain_text("No callback.")
    send(console, 4711)

    expect(rows(page)).to_have_count(1, timeout=PATIENCE * 1000)


def test_filters_without_scripts(page: Page, console: RunningRingback) -> None:
    """The form leads to an address that says what was chosen."""
    for event in (1, 2):
        send(console, event)
    change(console, 2, state="failed", reason="trigger_failed")
    page.goto("/console/callbacks")
    page.get_by_text("Filter:").click()
    page.get_by_label("failed", exact=True).check()
    page.get_by_label("Reason").select_option("trigger_failed")
    page.get_by_role("button", name="Show").click()

    expect(rows(page)).to_have_count(1)
    assert "state=failed" in page.url
    assert "reason=trigger_failed" in page.url
