"""Whatever somebody clicks and writes, no page breaks: also while Salesforce or the database is away."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.console.looks import FEW
from tests.console.wandering import Wanderer
from tests.console.window import Window
from tests.support.console_users import OPERATOR, VIEWER, console_environment
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

# Both together; `make test-console` does more.
STEPS = 2_000 if os.environ.get("RINGBACK_TEST_LOOKS") == "all" else 24
SEED = int(os.environ.get("RINGBACK_TEST_SEED", "1"))
CALLERS = ("4930901820", "4989123456")
HOSTILE = "<script>document.title = 'broken in'</script>"


@pytest.fixture
def busy(sandbox: RunningSandbox, tmp_path: Path) -> Iterator[RunningRingback]:
    """A Ringback with callbacks in several states."""
    environment = {"WEB_CONCURRENCY": "1", **console_environment()}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as running:
        for event in range(8):
            running.post({"AcdEventsID": 4700 + event, "CallbackNumber": CALLERS[event % 2], "Subject": HOSTILE})
        running.post(b"{broken")
        yield running


@contextmanager
def salesforce_away(ringback: RunningRingback, sandbox: RunningSandbox) -> Iterator[None]:
    """Each call fails, and some callbacks wait."""
    sandbox.fault("unavailable", share=1)
    for event in range(5):
        ringback.post({"AcdEventsID": 4800 + event, "CallbackNumber": CALLERS[0], "Subject": HOSTILE})
    yield
    sandbox.clear_faults()


@contextmanager
def database_away(ringback: RunningRingback) -> Iterator[None]:
    """Its file is not where it was."""
    file = Path(ringback.environment["DATABASE_URL"].removeprefix("sqlite:///"))
    kept = file.rename(file.with_suffix(".away"))
    yield
    kept.rename(file)


def walk(page: Page, steps: int, seed: int) -> None:
    page.goto("/console/")
    wanderer = Wanderer(page, seed)

    def check(done: str) -> None:
        assert "broken in" not in page.title(), wanderer.done[-10:]
        assert page.locator("main h1").count() == 1, (done, wanderer.done[-10:])

    wanderer.walk(steps, check)
    assert wanderer.missed <= max(3, steps / 2), wanderer.done


@pytest.mark.parametrize("who", [OPERATOR, VIEWER], ids=["operator", "viewer"])
def test_whatever_somebody_does(
    browser: Browser, busy: RunningRingback, sandbox: RunningSandbox, who: tuple[str, str]
) -> None:
    """No script fails, no page breaks its policy, nothing is answered with a 500; a 503 says what is away."""
    steps, (_, look) = STEPS // 2 // 3, FEW[0]
    window = Window(browser, busy.url, who, look)
    with window.signed_in() as page:
        walk(page, steps, SEED)
    with salesforce_away(busy, sandbox), window.signed_in() as page:
        walk(page, steps, SEED + 1)
    with window.signed_in(may_be_away=True) as page, database_away(busy):
        walk(page, STEPS // 2 - 2 * steps, SEED + 2)
    window.close()
