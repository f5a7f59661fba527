"""Takes pictures of pages, of parts of them, and of what a terminal shows."""

from html import escape
from pathlib import Path

from playwright.sync_api import Browser, FloatRect, Page

WIDTH = 1100
_TERMINAL = """<body style="margin:0">
<pre style="margin:0;padding:16px;background:#1d2433;color:#e6e9ef;font:13px/1.45 'DejaVu Sans Mono',monospace;
width:max-content;max-width:800px;white-space:pre-wrap">{text}</pre></body>"""


class Camera:
    """Stores what it takes in a folder, and knows what that was."""

    def __init__(self, browser: Browser, folder: Path) -> None:
        self.page = self._page(browser)
        # A page of its own: what the console's pages forbid would hold for a terminal, too.
        self._terminal = self._page(browser)
        self.taken: list[Path] = []
        self._folder = folder

    def press(self, button: str) -> None:
        """Sends the form of the button, and waits for the page that comes."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).click()

    def whole(self, name: str, height: int) -> None:
        """The page from its top, no higher than that."""
        end = int(self.page.evaluate("document.documentElement.scrollHeight"))
        clip = FloatRect(x=0, y=0, width=WIDTH, height=min(height, end))
        self.page.screenshot(path=self._kept(name), full_page=True, clip=clip)

    def part(self, name: str, selector: str) -> None:
        """One part of the page."""
        self.page.locator(selector).first.screenshot(path=self._kept(name))

    def terminal(self, name: str, command: str, printed: str) -> None:
        """A command, and what it prints."""
        self._terminal.set_content(_TERMINAL.format(text=escape(f"$ {command}\n{printed}".rstrip())))
        self._terminal.locator("pre").screenshot(path=self._kept(name))

    def _page(self, browser: Browser) -> Page:
        return browser.new_page(viewport={"width": WIDTH, "height": 720}, locale="en-GB", color_scheme="light")

    def _kept(self, name: str) -> Path:
        self.taken.append(self._folder / f"{name}.png")
        return self.taken[-1]
