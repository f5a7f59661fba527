"""The overview says how it is, at once, also while Salesforce or the database is away."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.entry import State
from app.ledger.pauses import ORG, Pauses
from tests.console.visitor import Visitor
from tests.support.console_users import OPERATOR, VIEWER, console_environment
from tests.support.desk import Desk
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def desk(tmp_path: Path, console: RunningRingback, sandbox: RunningSandbox) -> Iterator[Desk]:
    """Puts callbacks into the console's ledger."""
    desk = Desk(tmp_path, sandbox, console.environment["DATABASE_URL"])
    yield desk
    desk.ledger.database.close()


def seen(visitor: Visitor, text: str) -> str:
    """The overview, as soon as it says that: others may have looked a moment ago."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        page = visitor.get("/console/").text
        if text in page:
            return page
        time.sleep(0.1)
    raise AssertionError(page)


def test_nothing_is_wrong(console: RunningRingback) -> None:
    """It says so, and shows an engine that is alive and an org that is not asked."""
    page = seen(Visitor(console.url, *VIEWER), "Nothing keeps callbacks from being delivered.")

    assert "alive" in page
    assert "not paused" in page
    assert "switched off" in page


def test_outage(console: RunningRingback, desk: Desk, sandbox: RunningSandbox) -> None:
    """While Salesforce hangs the page is there all the same: who waits, why, and when it is tried again."""
    desk.add(State.WAITING, age=7200, reason="crm_timeout", due_at=desk.ledger.now() + 9000)
    Pauses(desk.ledger.database).begin(ORG, "crm_timeout", 3600, "Salesforce gave no answer.")
    sandbox.fault("latency", seconds=30, share=1)
    visitor = Visitor(console.url, *VIEWER)

    page = seen(visitor, "paused for all")

    assert "Next try in 59 min" in page or "Next try in 1 hr" in page
    assert "the oldest for 2 hr" in page
    assert "Salesforce gave no answer." in page
    sandbox.clear_faults()


def test_only_the_part_for_htmx(console: RunningRingback) -> None:
    """What asks for itself anew gets the page's part, not the page."""
    part = Visitor(console.url, *VIEWER).get("/console/", **{"HX-Request": "true"}).text

    assert "<h1>Overview</h1>" in part
    assert "<!doctype" not in part


def test_without_its_database(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """It says in one sentence what is away and who acts, and does not hang."""
    environment = {"WEB_CONCURRENCY": "1", **console_environment()}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as running:
        visitor = Visitor(running.url, *VIEWER)
        file = Path(running.environment["DATABASE_URL"].removeprefix("sqlite:///"))
        kept = file.rename(file.with_suffix(".away"))
        page = seen(visitor, "Ringback cannot reach its database")
        kept.rename(file)

    assert "The operator looks at the database" in page
    assert "Login at Salesforce" in page


def test_check_again(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """The page has the last look; an operator asks for another, and the page does not wait for it."""
    environment = {"WEB_CONCURRENCY": "1", "RINGBACK_CHECK_CRM": "true", **console_environment()}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as running:
        operator, viewer = Visitor(running.url, *OPERATOR), Visitor(running.url, *VIEWER)
        seen(operator, "all is there")
        assert "Check again" not in viewer.get("/console/check").text
        sandbox.org("drop-field", object="Case", field="jtel_AcdEventsID__c")
        operator.post("/console/check")
        seen(operator, "something is missing")
        page = viewer.get("/console/check").text

    assert "What to do:" in page
    assert "external_id_missing" in page
