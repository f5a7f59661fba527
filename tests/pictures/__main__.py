"""Plays a trial and takes the pictures of `docs/` anew."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.pictures.camera import Camera
from tests.pictures.scenes import alert, answers, callers, cases, console, rules
from tests.pictures.trial import Trial
from tests.support.browser import launch

DOCS = Path(__file__).parents[2] / "docs"
# A page of a document is loaded with all of its pictures.
MOST_BYTES = 150_000


def main() -> int:
    """Takes all of them; the status says whether each is small enough."""
    with tempfile.TemporaryDirectory(prefix="pictures-") as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        with Trial(Path(folder)) as trial:
            camera = Camera(browser, DOCS)
            for scene in (rules, answers, callers, cases, console, alert):
                scene(trial, camera)
        browser.close()
    large = [path.name for path in camera.taken if path.stat().st_size > MOST_BYTES]
    for path in camera.taken:
        sys.stdout.write(f"{path.stat().st_size:7}  docs/{path.name}{'  TOO LARGE' if path.name in large else ''}\n")
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main())
