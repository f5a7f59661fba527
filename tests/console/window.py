"""A window of somebody's browser. To open one costs more than most tests do in it, so tests share them."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Response

from tests.support.patience import PATIENCE

# Where nothing asks for itself anew.
_STILL = "/console/static/icon.svg"


class Window:
    """Of one who signs in with this name and password at this address."""

    def __init__(self, browser: Browser, url: str, who: tuple[str, str], look: dict[str, Any]) -> None:
        self._who, self._new_context = who, partial(browser.new_context, base_url=url, **look)
        self._troubles: list[str] = []
        self._open()

    def _open(self) -> None:
        self._context = self._new_context()
        self._context.set_default_timeout(PATIENCE * 1000)
        self._session: list[Any] = []
        self._page = self._context.new_page()
        self._page.on("pageerror", lambda error: self._troubles.append(str(error)))
        self._page.on("console", self._note_message)
        self._page.on("response", self._note_answer)

    @contextmanager
    def signed_in(self, *, may_be_away: bool = False) -> Iterator[Page]:
        """Its page, with nothing of what was done before. `goto("/console/…")` finds its way.

        At the end no script has failed, and nothing was answered with a 500; with a 503 only if the database may be
        away.
        """
        self._sign_in()
        self._troubles.clear()
        yield self._page
        try:
            self._clean()
        except Error:
            # What has broken is this test's, and not the next one's.
            self.close()
            self._open()
            raise
        troubles = [one for one in self._troubles if not (may_be_away and one.startswith("503 "))]
        self._troubles.clear()
        assert troubles == []

    def close(self) -> None:
        self._context.close()

    def _clean(self) -> None:
        self._page.set_default_timeout(PATIENCE * 1000)
        self._page.goto(_STILL)
        self._page.mouse.move(0, 0)
        self._page.evaluate("sessionStorage.clear()")
        self._context.clear_permissions()

    def _sign_in(self) -> None:
        """Without a page; that the form does it is shown in `test_looks.py`."""
        self._context.clear_cookies()
        self._context.add_cookies(self._session)
        entrance = self._context.request.get("/console/check")
        if "/sign-in" not in entrance.url:
            return
        token, *_ = re.findall(r'name="csrf_token" value="(\w+)"', entrance.text())
        name, password = self._who
        fields = {"csrf_token": token, "name": name, "password": password}
        assert self._context.request.post("/console/sign-in", form=fields).ok
        self._session = self._context.cookies()

    def _note_message(self, message: ConsoleMessage) -> None:
        # That a page is not there may be what a test is about.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self._troubles.append(message.text)

    def _note_answer(self, answer: Response) -> None:
        if answer.status >= 500 or (answer.status >= 400 and "/static/" in answer.url):
            self._troubles.append(f"{answer.status} {answer.url}")


class Windows:
    """Opens one for each person, address and look."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._opened: dict[str, Window] = {}

    def of(self, url: str, who: tuple[str, str], look: dict[str, Any]) -> Window:
        key = json.dumps([url, who, look], sort_keys=True)
        if key not in self._opened:
            self._opened[key] = Window(self._browser, url, who, look)
        return self._opened[key]
