"""The list over HTTP: whatever stands in the ledger, and whatever is asked of it."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIResponse, Page, expect
from sqlalchemy import select, update

from app.domain.record import Dropped
from app.ledger.rows import pack_dropped
from app.ledger.tables import audit, entry
from tests.console.visitor import Visitor
from tests.support.console_users import OPERATOR
from tests.support.desk import NUMBER
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

EVIL = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>{{7*7}}"


@pytest.fixture
def page(operator_page: Page) -> Page:
    return operator_page


def send(console: RunningRingback, event: int, **fields: Any) -> None:
    console.post({"AcdEventsID": event, "CallbackNumber": NUMBER, "Subject": "Offer", **fields})


def search(page: Page, text: str) -> None:
    page.goto("/console/callbacks")
    page.get_by_role("searchbox").fill(text)
    page.get_by_role("searchbox").press("Enter")


def get(page: Page, query: str) -> APIResponse:
    return page.request.get(f"/console/callbacks{query}")


def test_what_is_stored_stays_text(page: Page, console: RunningRingback) -> None:
    """HTML in any column of the ledger does nothing on the page, and is shown as it is."""
    send(console, 4711, Subject=EVIL, CallbackNumber=EVIL + NUMBER)
    texts = {
        "reason": EVIL[:40],
        "message": EVIL,
        "rule": EVIL[:60],
        "record_number": EVIL[:40],
        "record_id": EVIL[:18],
    }
    dropped = pack_dropped([Dropped(EVIL, EVIL, EVIL)])
    with writing(console.database) as connection:
        connection.execute(update(entry).values(**texts, **dropped, source="<b>x</b>", event_id=EVIL[:50]))
    for query in (
        "",
        "?dropped=1",
        f"?{page.evaluate('x => new URLSearchParams({q: x, rule: x, since: x}).toString()', EVIL)}",
    ):
        page.goto(f"/console/callbacks{query}")
        assert page.locator("main script, main img, main b").count() == 0
        assert "49}" not in page.locator("main").inner_text()
    page.goto("/console/callbacks")
    expect(page.locator("table")).to_contain_text("<script>alert(1)")


@pytest.fixture
def odd_queries() -> Iterator[str]:
    chance = random.Random(4711)
    names = [
        "state",
        "reason",
        "source",
        "rule",
        "since",
        "before",
        "span",
        "dropped",
        "reconciled",
        "number",
        "q",
        "sort",
    ]
    values = [
        "",
        "1",
        "%00",
        "%FF%FE",
        "%ED%A0%80",
        "9" * 40,
        "-1",
        "1e309",
        "nan",
        "'",
        "%E2%80%AE",
        "failed",
        "x" * 2000,
    ]
    values += [
        "OwnerId",
        "0001-01-01",
        "9999-12-31T23:59",
        "%25",
        "a%2Fb",
        "default/1",
        f"{'a' * 32}",
        "1.5_9223372036854775808",
    ]

    def queries() -> Iterator[str]:
        for name in [*names, "after"]:
            yield from (f"?{name}={value}" for value in values)
        for _ in range(60):
            yield "?" + "&".join(f"{chance.choice([*names, 'after'])}={chance.choice(values)}" for _ in range(6))

    return queries()


def test_no_query_is_a_fault(console: RunningRingback, odd_queries: Iterator[str]) -> None:
    """Each has an answer, for people, for htmx and for a spreadsheet."""
    send(console, 4711)
    visitor = Visitor(console.url, *OPERATOR)
    for number, query in enumerate(odd_queries):
        headers = {"HX-Request": "true"} if number % 2 else {}
        kind = ".csv" if number % 5 == 0 else ""
        assert visitor.get(f"/console/callbacks{kind}{query}", **headers).ok, query
        # All else is nothing to the page of the wishes.
        if "state=" in query or "after=" in query:
            assert visitor.get(f"/console/wishes{query}").ok, query


def test_a_number_in_an_address_goes_at_once(page: Page, console: RunningRingback) -> None:
    """Who writes it there all the same is led to where it does not stand."""
    send(console, 4711)
    page.goto(f"/console/callbacks?q=%2B{NUMBER}")

    assert NUMBER not in page.url
    expect(page.locator("table")).to_contain_text("4711")


def test_several_meanings_are_listed(page: Page, console: RunningRingback) -> None:
    """An event and an extension that are the same digits: somebody chooses."""
    send(console, 4711)
    send(console, 4712, CallbackNumber="4711")
    search(page, "4711")
    page.get_by_role("link", name="The telephone number").click()

    expect(page.locator("table.cards tbody tr")).to_have_count(1)
    expect(page.locator("table")).to_contain_text("4712")


def test_all_versions_of_an_event_are_listed(page: Page, console: RunningRingback) -> None:
    """What a name means is shown, each of its callbacks."""
    send(console, 4711)
    send(console, 4711, Subject="Another")
    search(page, "4711")

    expect(page.locator("table.cards tbody tr")).to_have_count(2)


def test_nothing_found(page: Page) -> None:
    """The page says what was looked for; the text stands in no address."""
    for text in ("no-such-event", "+49 30 555", "0049301234567", "00009999"):
        search(page, text)
        expect(page.get_by_role("status")).to_contain_text("Nothing is kept of")
        assert page.url.endswith("search")


def test_file_is_audited(viewer_page: Page, console: RunningRingback) -> None:
    """Everybody who is signed in may have it, and it is noted who had which."""
    send(console, 4711)
    answer = get(viewer_page, ".csv?state=delivered")

    assert (200, "text/csv; charset=utf-8") == (answer.status, answer.headers["content-type"])
    assert "4711" in answer.text()
    assert NUMBER not in answer.text()
    with console.database.read() as connection:
        latest = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
    assert ("viktor", "csv", "state=delivered") == (latest.user, latest.deed, latest.note)


def test_search_is_not_forged(page: Page) -> None:
    """A search without the form's token is refused."""
    assert 403 == page.request.post("/console/callbacks/search", form={"q": "4711"}).status


def test_pages(page: Page, console: RunningRingback) -> None:
    """Forward and back, each callback on one page."""
    send(console, 1)
    names = [column.name for column in entry.c if column.name not in ("id", "event_id")]
    with writing(console.database) as connection:
        first = connection.execute(select(entry)).one()._mapping
        copies = [{**{name: first[name] for name in names}, "event_id": f"c{number}"} for number in range(120)]
        connection.execute(entry.insert(), copies)
    page.goto("/console/callbacks")
    rows = page.locator("table.cards tbody tr")
    counts = [rows.count()]
    for _ in range(2):
        page.get_by_role("link", name="Next page").click()
        counts.append(rows.count())
    assert [50, 50, 21] == counts
    expect(page.get_by_role("link", name="Next page")).to_have_count(0)
    page.get_by_role("link", name="Previous page").click()
    expect(rows).to_have_count(50)
