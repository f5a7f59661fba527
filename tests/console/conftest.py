"""A Ringback with a console, and browsers in which somebody is signed in."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.console.looks import FEW
from tests.console.visitor import Visitor
from tests.console.window import Windows
from tests.support.browser import launch
from tests.support.console_users import OPERATOR, VIEWER, console_environment
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox


@pytest.fixture(scope="package")
def shared_console(
    shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningRingback]:
    """Ends with the tests of the console: while it runs it looks for work."""
    log = tmp_path_factory.mktemp("console") / "log"
    environment = {"WEB_CONCURRENCY": "1", **console_environment()}
    with RunningRingback(shared_sandbox.url, log, environment) as running:
        yield running


@pytest.fixture
def console(shared_console: RunningRingback, sandbox: RunningSandbox) -> RunningRingback:
    """A Ringback with a console, without callbacks, in front of a clean sandbox."""
    shared_console.reset()
    return shared_console


@pytest.fixture
def console_url(console: RunningRingback) -> str:
    return console.url


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE * 1000)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def windows(browser: Browser) -> Windows:
    return Windows(browser)


@pytest.fixture
def operator(console_url: str) -> Visitor:
    """Who is signed in without a browser."""
    return Visitor(console_url, *OPERATOR)


@pytest.fixture
def viewer(console_url: str) -> Visitor:
    """The same who may only look."""
    return Visitor(console_url, *VIEWER)


@pytest.fixture
def look() -> dict[str, Any]:
    """How the browser is set: a test may be parametrised by it, see `tests/console/looks.py`."""
    _, usual = FEW[0]
    return usual


@pytest.fixture
def operator_page(windows: Windows, console_url: str, look: dict[str, Any]) -> Iterator[Page]:
    """A page of the browser of an operator. It fails the test if a script fails or the page breaks its policy."""
    with windows.of(console_url, OPERATOR, look).signed_in() as page:
        yield page


@pytest.fixture
def viewer_page(windows: Windows, console_url: str, look: dict[str, Any]) -> Iterator[Page]:
    """The same for a viewer."""
    with windows.of(console_url, VIEWER, look).signed_in() as page:
        yield page
