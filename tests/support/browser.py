"""The browser that tests look with: the machine's, else the one that Playwright has installed."""

import shutil
from pathlib import Path

from playwright.sync_api import Browser, Playwright

# The first is Chromium without what only a screen needs: each page costs half as much.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def executable(playwright: Playwright) -> str | None:
    """Where it is."""
    own = playwright.chromium.executable_path
    return next(filter(None, map(shutil.which, _NAMES)), own if Path(own).exists() else None)


def launch(playwright: Playwright) -> Browser:
    """Starts it."""
    path = executable(playwright)
    assert path, "there is no browser: make browser"
    # As root Chromium has no sandbox of its own, and it sees nothing but our own pages.
    # What a GPU would do is done with less effort without the imitation of one, and without a process for it.
    no_gpu = ["--disable-gpu", "--disable-software-rasterizer", "--in-process-gpu"]
    arguments = ["--no-sandbox", "--disable-dev-shm-usage", *no_gpu]
    return playwright.chromium.launch(executable_path=path, args=arguments)
