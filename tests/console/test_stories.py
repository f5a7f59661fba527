"""Ten things that people want to know or to do, each from the overview in three clicks at most.

The texts are those of the browser's language, so each label is there in German, too. Who has a German browser here has
no mouse.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.domain.entry import State
from app.domain.record import Dropped
from tests.console.looks import check_page, language_of, look_in_turn
from tests.console.overview import show_overview
from tests.console.person import Person
from tests.support.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

OTHER = "4989123456"
B2B = {"AcdEventsID": 4711, "Caller": NUMBER, "AcdGroupsForeignSystemID": "SERVICE_B2B", "Subject": "Offer"}
NEW_RULES = "rules: [{name: new, fields: {Subject: 'By the new rule', Priority: Low}}]"
NO_QUEUE = Dropped("OwnerId", "queue_not_found", "The org has no queue of this name.")
MOST_CLICKS = 3


@pytest.fixture
def person(operator_page: Page, look: dict[str, Any]) -> Iterator[Person]:
    """An operator at the overview. At the end the page can be used by all, and took few clicks."""
    person = Person(operator_page, look, keys_only=language_of(look) == "de")
    yield person
    assert person.clicks <= MOST_CLICKS
    check_page(person.page)


@pytest.fixture
def desk(tmp_path: Path, console: RunningRingback, sandbox: RunningSandbox) -> Iterator[Desk]:
    """Puts callbacks into the console's ledger."""
    desk = Desk(tmp_path, sandbox, console.environment["DATABASE_URL"])
    yield desk
    desk.ledger.database.close()


@pytest.fixture
def came(console: RunningRingback) -> dict[str, Any]:
    """The answer to a callback that came before."""
    answer = console.post(B2B)
    assert 200 == answer.status
    return answer.body


@look_in_turn
def test_what_became_of_event_4711(person: Person, came: dict[str, Any]) -> None:
    """Its id leads to its page, which says the state and the Case."""
    person.search("4711")

    expect(person.page.get_by_role("heading", level=1)).to_contain_text(person.text("delivered"))
    expect(person.link(came["caseNumber"])).to_be_visible()


@look_in_turn
def test_what_became_of_a_caller(person: Person, console: RunningRingback) -> None:
    """A telephone number leads to all that the caller has asked for, and stands in no address."""
    for event, number in ((1, NUMBER), (2, OTHER), (3, f"00{NUMBER}")):
        console.post({"AcdEventsID": event, "CallbackNumber": number})
    person.search("+49 30 901820")

    expect(person.page.locator("table.cards tbody tr")).to_have_count(2)
    assert "901820" not in person.page.url


@look_in_turn
def test_what_became_of_a_case(person: Person, came: dict[str, Any]) -> None:
    """So does the number of the Case."""
    person.search(came["caseNumber"])

    expect(person.link(came["caseNumber"])).to_be_visible()
    expect(person.page.get_by_role("main")).to_contain_text("4711")


@look_in_turn
def test_who_waits_and_how_long(desk: Desk, person: Person, console: RunningRingback) -> None:
    """The overview says how many, how long and why; one click leads to all of them, the oldest first."""
    later = desk.ledger.now() + 9000
    for hours in (1, 2, 3):
        desk.add(State.WAITING, age=3600 * hours, reason="crm_timeout", due_at=later)
    show_overview(person.page, person.text("Who has waited longest"))
    expect(person.page.get_by_role("main")).to_contain_text(person.text("Salesforce did not answer in time"))

    person.press(person.link("All who wait"))

    rows = person.page.locator("table.cards tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text(person.text("waits for %(time)s") % {"time": "3 "})


@look_in_turn
def test_which_cases_lack_their_owner(desk: Desk, person: Person) -> None:
    """They stand together, with why, and each leads to its Case in the org."""
    delivered: dict[str, Any] = {"record_id": "500000000000001AAA", "record_number": "00001027"}
    desk.add(State.DELIVERED, dropped=[NO_QUEUE], record_object="Case", **delivered)
    desk.add(State.DELIVERED, dropped=[Dropped("Reason", "value_invalid")])
    person.press(person.link("Callbacks"))
    person.press(person.link("Without their owner"))

    rows = person.page.locator("table.cards tbody tr")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text(person.text("no such queue, or several"))
    assert str(rows.get_by_role("link", name="00001027").get_attribute("href")).endswith("/case/500000000000001AAA")


@look_in_turn
def test_replay_all_that_failed_for_a_reason(desk: Desk, person: Person, sandbox: RunningSandbox) -> None:
    """After an outage: a preview says how many are meant; with a reason all go through, and nothing else."""
    failed = [desk.add(State.FAILED, reason="crm_unreachable") for _ in range(14)]
    other = desk.add(State.FAILED, reason="validation_rule")
    show_overview(person.page, "crm_unreachable")
    row = person.page.get_by_role("row").filter(has_text="crm_unreachable")

    person.press(row.get_by_role("button"))
    expect(person.page.get_by_role("heading", level=1)).to_contain_text("14")
    person.write(person.field("Why? It is kept with each callback; write nothing about the caller."), "It is back")
    person.press(person.button("Replay now"))

    expect(person.page.locator("progress")).to_have_count(0)
    expect(person.page.get_by_role("status")).to_contain_text("14")
    assert {State.DELIVERED} == {desk.state(one) for one in failed}
    assert State.FAILED is desk.state(other)
    assert 14 == len(sandbox.query("SELECT Id FROM Case WHERE CreatedDate = TODAY"))


@look_in_turn
def test_give_one_up_with_a_reason(desk: Desk, person: Person) -> None:
    """The reason stands in its timeline, with who gave it up."""
    entry = desk.add(State.FAILED, reason="validation_rule")
    person.search(str(entry.event_id))
    person.press(person.button("Give up…"))
    expect(person.page.get_by_role("main")).to_contain_text(
        person.text("Nobody will be called back for what is given up.")
    )
    person.write(person.field("Why? It is kept with each callback; write nothing about the caller."), "A test of ours")
    person.press(person.button("Give up now"))
    expect(person.page.locator("progress")).to_have_count(0)

    assert State.DISCARDED is desk.state(entry)
    person.page.goto(f"/console/callbacks/{entry.id}")
    row = person.page.get_by_role("row").filter(has_text="A test of ours")
    expect(row).to_contain_text(person.text("given up"))
    expect(row).to_contain_text("olga")


@look_in_turn
def test_why_is_the_priority_high(person: Person, came: dict[str, Any]) -> None:
    """Its page says what was sent, and which line of which rule gave it."""
    person.search(came["caseNumber"])

    row = person.page.get_by_role("row").filter(has=person.page.get_by_role("rowheader", name="Priority"))
    expect(row).to_contain_text("High")
    expect(row).to_contain_text("rule b2b, ringback.yaml:38" if person.language == "en" else "ringback.yaml:38")


@look_in_turn
def test_what_a_new_rule_would_have_done(person: Person, came: dict[str, Any], console: RunningRingback) -> None:
    """A callback of yesterday under a rule that is pasted: what would be different, and nothing is written."""
    (entry,) = console.entries()
    page = person.page
    person.press(person.link("Try a mapping"))
    person.write(page.locator("input[name=callback]"), str(entry["id"]))
    person.press(person.button("Load what came"))
    expect(page.locator("textarea[name=payload]")).to_have_value(re.compile("4711"))
    person.write(page.locator("textarea[name=config]"), NEW_RULES)
    person.press(person.button("Try it"))

    row = page.locator("#result").get_by_role("row").filter(has=page.get_by_role("rowheader", name="Priority"))
    expect(row.first).to_contain_text("High")
    expect(row.first).to_contain_text("Low")
    assert [entry] == console.entries()


@look_in_turn
def test_forget_this_caller(person: Person, came: dict[str, Any], console: RunningRingback) -> None:
    """A preview says what goes and what stays in Salesforce; with a reason it goes."""
    person.search("4711")
    address = person.page.url
    person.press(person.button("Forget this caller…"))
    expect(person.link(came["caseNumber"])).to_be_visible()
    person.write(person.page.locator("input[name=reason]"), "asked by letter")
    person.press(person.button("Forget this caller"))
    expect(person.page.get_by_role("status")).to_be_visible()

    person.page.goto(address)
    expect(person.page.get_by_role("main")).not_to_contain_text("Offer")
