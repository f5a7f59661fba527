"""A Ringback with a console, and browsers in which somebody is signed in."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, StorageState, sync_playwright

from tests.support.browser import launch
from tests.support.console_users import OPERATOR, VIEWER, console_environment
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

# Of who has signed in at which address: to do so takes longer than most tests.
_SESSIONS: dict[tuple[str, tuple[str, str]], StorageState] = {}


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
    with sync_playwright() as playwright:
        browser = launch(playwright)
        yield browser
        browser.close()


@pytest.fixture
def look() -> dict[str, Any]:
    """How the browser is set: a test may be parametrised by it, see `tests/console/looks.py`."""
    return {}


@pytest.fixture
def operator_page(browser: Browser, console_url: str, look: dict[str, Any]) -> Iterator[Page]:
    """A page of the browser of an operator. It fails the test if a script fails or the page breaks its policy."""
    with signed_in_page(browser, console_url, OPERATOR, look) as page:
        yield page


@pytest.fixture
def viewer_page(browser: Browser, console_url: str, look: dict[str, Any]) -> Iterator[Page]:
    """The same for a viewer."""
    with signed_in_page(browser, console_url, VIEWER, look) as page:
        yield page


@contextmanager
def signed_in_page(
    browser: Browser, url: str, who: tuple[str, str], look: dict[str, Any], *, may_be_away: bool = False
) -> Iterator[Page]:
    """A page in a browser of its own, in which somebody has signed in. `goto("/console/…")` finds its way.

    At the end no script has failed, and nothing was answered with a 500; with a 503 only if the database may be away.
    """
    context = browser.new_context(base_url=url, storage_state=_SESSIONS.get((url, who)), **{"locale": "en-GB", **look})
    context.set_default_timeout(PATIENCE * 1000)
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if _is_trouble(message) else None)
    page.on(
        "response",
        lambda answer: troubles.append(f"{answer.status} {answer.url}") if _is_broken(answer, may_be_away) else None,
    )
    page.goto("/console/")
    if "/sign-in" in page.url:
        _sign_in(context, *who)
        _SESSIONS[url, who] = context.storage_state()
        page.goto("/console/")
    yield page
    context.close()
    assert troubles == []


def _sign_in(context: BrowserContext, name: str, password: str) -> None:
    """Without a page; that the form does it is shown in `test_looks.py`."""
    token, *_ = re.findall(r'name="csrf_token" value="(\w+)"', context.request.get("/console/sign-in").text())
    fields = {"csrf_token": token, "name": name, "password": password}
    assert context.request.post("/console/sign-in", form=fields).ok


def _is_trouble(message: ConsoleMessage) -> bool:
    # That a page is not there may be what a test is about.
    return message.type == "error" and not message.text.startswith("Failed to load resource")


def _is_broken(answer: Response, may_be_away: bool) -> bool:
    if may_be_away and answer.status == 503:
        return False
    return answer.status >= 500 or (answer.status >= 400 and "/static/" in answer.url)
