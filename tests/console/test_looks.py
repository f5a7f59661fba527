"""Each page can be used by all, whichever way a browser is set."""

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.console.looks import check_page, each_look, language_of
from tests.support.console_users import OPERATOR
from tests.support.ringback import RunningRingback

PAYLOAD = {"AcdEventsID": 4711, "CallbackNumber": "4930901820", "Subject": "Offer"}
RULES = "rules: [{name: all, fields: {Subject: 'Another', Priority: High}}]"


@each_look
@pytest.mark.parametrize("path", ["/console/", "/console/audit", "/console/try", "/console/wishes", "/console/nowhere"])
def test_each_page(operator_page: Page, path: str, look: dict[str, Any]) -> None:
    """It speaks the browser's language, and its theme is the browser's."""
    answer = operator_page.goto(path)
    assert answer is not None

    check_page(operator_page)
    assert operator_page.locator("html").get_attribute("lang") == language_of(look)
    dark = operator_page.evaluate("getComputedStyle(document.documentElement).backgroundColor") != "rgb(255, 255, 255)"
    assert dark == (look["color_scheme"] == "dark")


@each_look
def test_a_mapping_can_be_tried(operator_page: Page, look: dict[str, Any]) -> None:
    """What would a new rule have done with a callback: paste both, and one click."""
    page = operator_page
    page.goto("/console/try")
    page.locator("textarea[name=payload]").fill(json.dumps(PAYLOAD))
    page.locator("textarea[name=config]").fill(RULES)
    page.locator("button[name=try]").click()

    expect(page.locator("#result")).to_contain_text("Another")
    expect(page.locator("#result")).to_contain_text("SuppliedPhone")
    check_page(page)


@each_look
def test_the_page_to_sign_in(operator_page: Page, look: dict[str, Any]) -> None:
    """It leads to where somebody wanted to go."""
    page = operator_page
    page.context.clear_cookies()
    page.goto("/console/callbacks?state=failed")

    check_page(page)
    assert page.locator("input[name=next]").first.input_value().startswith("/console/")
    page.locator("input[name=name]").fill(OPERATOR[0])
    page.locator("input[name=password]").fill(OPERATOR[1])
    page.locator("input[name=password]").press("Enter")
    page.wait_for_url("**/console/callbacks?state=failed")


def test_the_keyboard_is_enough(operator_page: Page) -> None:
    """The first stop leads past the navigation to the page itself."""
    operator_page.goto("/console/audit")
    operator_page.keyboard.press("Tab")
    skip = operator_page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    operator_page.keyboard.press("Enter")

    assert operator_page.evaluate("document.activeElement.id") == "main"


def test_the_language_can_be_switched(operator_page: Page) -> None:
    """With one click, and back; somebody stays on the page where they were."""
    operator_page.goto("/console/audit")
    for language, label in (("de", "Deutsch"), ("en", "English")):
        operator_page.get_by_role("button", name=label).click()
        expect(operator_page.locator("html")).to_have_attribute("lang", language)
        assert operator_page.url.endswith("/console/audit")


def test_the_sandbox_and_the_console_lead_to_each_other(operator_page: Page, console: RunningRingback) -> None:
    """From the console to the page of the Cases; that there is a way back is shown in tests/sandbox."""
    operator_page.goto("/console/")
    port = console.environment["SANDBOX_PORT"]
    links = operator_page.locator(".sandbox a").evaluate_all("links => links.map(link => link.href)")

    assert links == [f"http://127.0.0.1:{port}/jtel", f"http://127.0.0.1:{port}/"]


def test_pages_are_whole_without_scripts(browser: Browser, console_url: str) -> None:
    """Sign in, go to a page, try a mapping, sign out."""
    context = browser.new_context(base_url=console_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/console/try")
    page.locator("input[name=name]").fill("olga")
    page.locator("input[name=password]").fill("the-operators-own-password")
    page.get_by_role("button", name="Sign in").click()
    page.locator("textarea[name=payload]").fill(json.dumps(PAYLOAD))
    page.locator("button[name=try]").click()
    expect(page.locator("#result")).to_contain_text("SuppliedPhone")
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("input[name=password]")).to_be_visible()
    context.close()
