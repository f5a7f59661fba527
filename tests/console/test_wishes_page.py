"""The page of wishes, of what was reconciled, and of served callers."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete

from app.domain.callback_wish import WishState
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.ledger.codec import Codec
from app.ledger.keys import index_key
from app.ledger.reconcile_runs import ReconcileRuns
from app.ledger.tables import reconcile_run, wish
from app.ledger.wishes import Wishes
from tests.operations.way_back.test_keeping import add
from tests.support.ringback import RunningRingback
from tests.support.writing import writing


@pytest.fixture
def wishes(console: RunningRingback) -> Iterator[Wishes]:
    yield Wishes(console.database, Codec(index_key(console.database)))
    with writing(console.database) as connection:
        for table in (wish, reconcile_run):
            connection.execute(delete(table))


def test_says_nothing_of_nothing(viewer_page: Page) -> None:
    """Without any of them the page says so."""
    viewer_page.goto("/console/wishes")

    expect(viewer_page.locator("main")).to_contain_text("Salesforce has asked for nothing.")


def test_who_has_to_look(viewer_page: Page, console: RunningRingback, wishes: Wishes) -> None:
    """What nobody knows of is found in a click, with its Case and what to do; numbers are not shown."""
    add(wishes, WishState.REQUESTED, case_id="500000000000001AAA")
    lost = add(wishes, WishState.UNKNOWN, case_id="500000000000002AAA")
    ReconcileRuns(console.database).note("default", CrmError(Reason.JTEL_TIMEOUT, "jtel did not answer in time."))
    viewer_page.goto("/console/wishes")
    expect(viewer_page.locator("table.cards tbody tr")).to_have_count(2)
    viewer_page.get_by_role("link", name="Wait for a person").click()

    expect(viewer_page.locator("table.cards tbody tr")).to_have_count(1)
    expect(viewer_page.locator("main")).to_contain_text(f"ringback wishes settle {lost.id}")
    expect(viewer_page.locator("main")).to_contain_text("jtel_timeout")
    assert "901820" not in viewer_page.content()


@pytest.mark.parametrize(
    "query", ["after=0", "after=99999999999999999999", "after=x", "state=lost", "state=refused&after=5"]
)
def test_odd_addresses(viewer_page: Page, query: str) -> None:
    """Whatever the address says, there is a page."""
    assert 200 == viewer_page.request.get(f"/console/wishes?{query}").status
