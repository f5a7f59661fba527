"""The list over HTTP: whatever stands in the ledger, and whatever is asked of it."""

import random
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from app.domain.record import Dropped
from app.ledger.rows import pack_dropped
from app.ledger.tables import audit, entry
from tests.console.visitor import Visitor, count_rows
from tests.support.console_users import VIEWER
from tests.support.desk import NUMBER
from tests.support.many import repeat_entries
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

EVIL = "<script>alert(1)</script>'\"><img src=x onerror=alert(2)>{{7*7}}"


def send(console: RunningRingback, event: int, **fields: Any) -> None:
    console.post({"AcdEventsID": event, "CallbackNumber": NUMBER, "Subject": "Offer", **fields})


def test_what_is_stored_stays_text(operator_page: Page, console: RunningRingback) -> None:
    """HTML in any column of the ledger does nothing on the page, and is shown as it is."""
    page = operator_page
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
    # Each name is read whatever the others are, so two are asked for at once.
    names = [
        ("state", "reason"),
        ("source", "rule"),
        ("since", "before"),
        ("span", "dropped"),
        ("reconciled", "number"),
        ("sort", "after"),
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

    every = ["q", *chain(*names)]

    def queries() -> Iterator[str]:
        yield from (f"?q={value}" for value in values)
        for first, second in names:
            # Beside each value another one.
            yield from (f"?{first}={value}&{second}={values[place - 7]}" for place, value in enumerate(values))
        for _ in range(60):
            yield "?" + "&".join(f"{chance.choice(every)}={chance.choice(values)}" for _ in range(6))

    return queries()


def test_no_query_is_a_fault(operator: Visitor, console: RunningRingback, odd_queries: Iterator[str]) -> None:
    """Each has an answer, for people, for htmx and for a spreadsheet."""
    send(console, 4711)
    for number, query in enumerate(odd_queries):
        headers = {"HX-Request": "true"} if number % 2 else {}
        kind = ".csv" if number % 5 == 0 else ""
        assert operator.get(f"/console/callbacks{kind}{query}", **headers).ok, query
        # All else is nothing to the page of the wishes.
        if "state=" in query or "after=" in query:
            assert operator.get(f"/console/wishes{query}").ok, query


def test_a_number_in_an_address_goes_at_once(operator: Visitor, console: RunningRingback) -> None:
    """Who writes it there all the same is led to where it does not stand."""
    send(console, 4711)
    answer = operator.get(f"/console/callbacks?q=%2B{NUMBER}")

    assert NUMBER not in answer.url
    assert count_rows(answer) == 1
    assert "4711" in answer.text


def test_several_meanings_are_listed(operator: Visitor, console: RunningRingback) -> None:
    """An event and an extension that are the same digits: somebody chooses."""
    send(console, 4711)
    send(console, 4712, CallbackNumber="4711")
    chosen = operator.follow(operator.search("4711"), "The telephone number")

    assert count_rows(chosen) == 1
    assert "4712" in chosen.text


def test_all_versions_of_an_event_are_listed(operator: Visitor, console: RunningRingback) -> None:
    """What a name means is shown, each of its callbacks."""
    send(console, 4711)
    send(console, 4711, Subject="Another")

    assert count_rows(operator.search("4711")) == 2


@pytest.mark.parametrize("text", ["no-such-event", "+49 30 555", "0049301234567", "00009999"])
def test_nothing_found(operator: Visitor, text: str) -> None:
    """The page says what was looked for; the text stands in no address."""
    answer = operator.search(text)

    assert f"Nothing is kept of “{text}”" in answer.text
    assert answer.url.endswith("search")


def test_file_is_audited(console: RunningRingback) -> None:
    """Everybody who is signed in may have it, and it is noted who had which."""
    send(console, 4711)
    answer = Visitor(console.url, *VIEWER).get("/console/callbacks.csv?state=delivered")

    assert (200, "text/csv; charset=utf-8") == (answer.status_code, answer.headers["content-type"])
    assert "4711" in answer.text
    assert NUMBER not in answer.text
    with console.database.read() as connection:
        latest = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(1)).one()
    assert ("viktor", "csv", "state=delivered") == (latest.user, latest.deed, latest.note)


def test_search_is_not_forged(operator: Visitor) -> None:
    """A search without the form's token is refused."""
    assert 403 == operator.post("/console/callbacks/search", q="4711", csrf_token="").status_code


def test_pages(operator: Visitor, console: RunningRingback) -> None:
    """Forward and back, each callback on one page."""
    send(console, 1)
    repeat_entries(console.database, [1], range(1_001, 1_121))
    pages = [operator.get("/console/callbacks")]
    for link in ("Next page", "Next page", "Previous page"):
        pages.append(operator.follow(pages[-1], link))

    assert [50, 50, 21, 50] == [count_rows(page) for page in pages]
    assert "Next page" not in pages[2].text
