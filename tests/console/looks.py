"""How a browser may be set, and what has to hold for each page whichever way it is."""

import itertools
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from playwright.sync_api import Page

from tests.support import npm

Test = TypeVar("Test", bound=Callable[..., None])
AXE = Path(__file__).with_name("axe")
PHONE = {"viewport": {"width": 390, "height": 800}}
DESK = {"viewport": {"width": 1280, "height": 900}}
ALL = [
    (f"{scheme}-{locale}-{name}", {"color_scheme": scheme, "locale": locale, **size})
    for scheme in ("light", "dark")
    for locale in ("en-GB", "de-DE")
    for name, size in (("desk", DESK), ("phone", PHONE))
]
# One pass of everything, with each theme, language and width somewhere; `make test-console` goes through all of them.
FEW = [ALL[0], ALL[-1]]
LOOKS = ALL if os.environ.get("RINGBACK_TEST_LOOKS") == "all" else FEW
_turns = itertools.cycle(FEW)
_WRONG = """async () => {
  const found = await axe.run(document, {resultTypes: ["violations"]});
  return found.violations.filter(one => ["serious", "critical"].includes(one.impact))
    .map(one => `${one.id}: ${one.nodes.map(node => node.html).join(" | ")}`);
}"""


def _looking(looks: Sequence[tuple[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("look", [look for _, look in looks], ids=[name for name, _ in looks])


# For a test that shows a page: it asks for `look`, or for a fixture that does.
each_look = _looking(LOOKS)


def look_in_turn(test: Test) -> Test:
    """For a story, which takes long: one look, and another one for the next story."""
    marked: Test = _looking(LOOKS if LOOKS is ALL else [next(_turns)])(test)
    return marked


def check_page(page: Page) -> None:
    """All can use it: axe finds nothing serious, nothing sticks out sideways, and it has a title and a headline."""
    _inject(page)
    wrong: list[str] = page.evaluate(_WRONG)
    assert wrong == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} sticks out"
    assert page.title()
    assert page.locator("h1").count() == 1


def _inject(page: Page) -> None:
    # By the debugger, which the page's own policy does not hold.
    page.evaluate((npm.install(AXE) / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))


def language_of(look: dict[str, Any]) -> str:
    """The language in which the page speaks."""
    return str(look["locale"])[:2]
