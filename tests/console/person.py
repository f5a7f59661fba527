"""Somebody who uses the console, with the mouse or with keys alone, in the language of their browser."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from app import translation
from tests.console.looks import language_of

# Each counts: a click, and Enter where it does what a click does.
# However often it is said: another person may have had the page.
_COUNT = """addEventListener("click", window.count ??= () => {
  sessionStorage.clicks = Number(sessionStorage.clicks ?? 0) + 1;
}, true);"""
_MOST_TABS = 400
_WHERE = """element =>
  element === document.activeElement ? "reached" : element.isConnected ? "elsewhere" : "replaced"
"""


class Person:
    """Begins at the overview, where the page is. `clicks` says how many were needed until now."""

    def __init__(self, page: Page, look: dict[str, Any], *, keys_only: bool = False) -> None:
        self.page = page
        self._keys_only = keys_only
        self.language = language_of(look)
        self._texts = translation.of(self.language)
        page.add_init_script(_COUNT)
        page.goto("/console/")

    @property
    def clicks(self) -> int:
        """Since the beginning."""
        return int(self.page.evaluate("sessionStorage.clicks ?? 0"))

    def text(self, message: str) -> str:
        """What the page says for it."""
        return self._texts.gettext(message)

    def button(self, message: str) -> Locator:
        """The button with this label."""
        return self.page.get_by_role("main").get_by_role("button", name=self.text(message), exact=True)

    def link(self, message: str) -> Locator:
        """The link with this text."""
        return self.page.get_by_role("link", name=self.text(message), exact=True)

    def field(self, message: str) -> Locator:
        """The field with this label, or whose label begins so."""
        return self.page.get_by_label(self.text(message)).first

    def press(self, target: Locator) -> None:
        """Clicks, or goes there with Tab and presses Enter."""
        if not self._keys_only:
            target.click()
            return
        self._reach(target)
        target.press("Enter")

    def write(self, target: Locator, text: str) -> None:
        """Writes into a field that can be reached."""
        if self._keys_only:
            self._reach(target)
        target.fill(text)

    def search(self, text: str) -> None:
        """Looks for a callback."""
        box = self.page.get_by_role("searchbox")
        self.write(box, text)
        box.press("Enter")
        self.page.wait_for_url(re.compile("/console/callbacks[/?]"))

    def _reach(self, target: Locator) -> None:
        expect(target).to_be_visible()
        # To find it by its role is to look at the whole page: only anew where htmx has replaced it.
        found = target.element_handle()
        for _ in range(_MOST_TABS):
            where = found.evaluate(_WHERE)
            if where == "reached":
                return
            if where == "replaced":
                found = target.element_handle()
            else:
                self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {target}")
