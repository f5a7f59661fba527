"""The ground of all pages, in a browser."""

from playwright.sync_api import Page


def test_who_signs_in_sees_the_overview(operator_page: Page) -> None:
    """It has a title and the way to all other pages, and its scripts run."""
    operator_page.goto("/console/")
    assert operator_page.locator("h1").inner_text() == "Overview"
    assert operator_page.evaluate("typeof htmx.process") == "function"
