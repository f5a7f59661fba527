"""The first page of the console."""

import time

from playwright.sync_api import Page

from tests.support.patience import PATIENCE


def show_overview(page: Page, text: str) -> None:
    """As soon as it tells of what has just come: others may have looked a moment ago."""
    end = time.monotonic() + PATIENCE
    page.goto("/console/")
    while text not in page.get_by_role("main").inner_text():
        assert time.monotonic() < end, text
        time.sleep(0.5)
        page.goto("/console/")
