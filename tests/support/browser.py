"""The browser that tests look with: the machine's, else the one that Playwright has installed."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def launch(playwright: Playwright) -> Browser:
    """Starts it. Without any, `make browser` installs one."""
    own = playwright.chromium.executable_path
    path = next(filter(None, map(shutil.which, _NAMES)), own if Path(own).exists() else None)
    assert path, "there is no browser: make browser"
    # As root Chromium has no sandbox of its own, and it sees nothing but our own pages.
    return playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"])
