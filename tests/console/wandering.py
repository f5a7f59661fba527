"""Somebody who follows any link, presses any button and writes anything, by a seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page

# What is written into fields: what people write, and what nobody should.
TEXTS = (
    "4711",
    "+49 30 901820",
    "00001001",
    "a reason",
    "",
    " ",
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7 * 7 }} {% for %}",
    "' OR 1=1 --",
    "Größe \N{PARTY POPPER} \u202e\u0000 \n\t",
    "9" * 400,
    "rules: [{name: all, fields: {Subject: x}}]",
    "rules: [",
    '{"AcdEventsID": 1, "CallbackNumber": "4930901820"}',
)
_FIELDS = "main :is(input:not([type=hidden]), select, textarea)"
# Signing out ends the walk, another origin is not ours, and a download is no page.
_LINKS = "main a[href^='/console'], main summary"
_MENU = "header a[href^='/console'], header form[action='/console/language'] button"
_AWAY = ("/console/sign-out", ".csv")
_BUTTONS = "main button"
_REQUIRED = "main :is(input, textarea):invalid"
# Whoever cannot reach something goes on to the next thing.
_KINDS = {"link": _LINKS, "button": _BUTTONS, "field": _FIELDS, "menu": _MENU}
_WEIGHTS = {"link": 4, "button": 4, "field": 2, "menu": 1}
# So often what has to be filled in is filled in before a button is pressed.
_CAREFUL = 0.7
_WAYS = """selectors => selectors.map(selector => [...document.querySelectorAll(selector)].map(
  element => element.checkVisibility() && !element.disabled ? (element.href || element.form?.action || "-") : ""
))"""
_MISSED = "could not"
_MILLISECONDS = 5_000


@dataclass
class Wanderer:
    """`walk` does one thing after the other; each thing is kept, so that a trouble can be found again."""

    page: Page
    seed: int
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._dice = random.Random(self.seed)
        self.page.set_default_timeout(_MILLISECONDS)
        # A question that nobody answers would stop the walk; our pages ask none.
        self.page.on("dialog", lambda dialog: dialog.dismiss())

    def walk(self, steps: int, check: Callable[[str], None]) -> None:
        """Asks `check` after each step, which gets to know what was done."""
        for _ in range(steps):
            try:
                self.done.append(self._step())
            except Error as error:
                # htmx has taken it away meanwhile, or it is not to be reached just now.
                self.done.append(f"{_MISSED}: {error.message.splitlines()[0]}")
            self._stay()
            check(self.done[-1])

    @property
    def missed(self) -> int:
        """How many things could not be done."""
        return sum(one.startswith(_MISSED) for one in self.done)

    def _step(self) -> str:
        seen = dict(zip(_KINDS, self._seen(*_KINDS.values()), strict=True))
        weights = [_WEIGHTS[kind] if found else 0 for kind, found in seen.items()]
        (kind,) = self._dice.choices(list(seen), weights)
        target = self._dice.choice(seen[kind])
        if kind == "field":
            return self._fill(target)
        if kind == "button" and self._dice.random() < _CAREFUL:
            for required in self._seen(_REQUIRED)[0]:
                required.fill("a reason")
        return self._press(kind, target)

    def _fill(self, target: Locator) -> str:
        kind = target.evaluate("element => element.type")
        if kind in ("checkbox", "radio"):
            target.click(force=True)
        elif kind == "select-one":
            target.select_option(index=self._dice.randrange(target.locator("option").count()))
        elif kind == "datetime-local":
            target.fill(self._dice.choice(["2026-11-28T10:42", "0001-01-01T00:00", ""]))
        elif target.is_editable():
            text = self._dice.choice(TEXTS)
            target.fill(text)
            if self._dice.random() < 0.5 and kind != "textarea":
                target.press("Enter", no_wait_after=False)
            return f"write {text[:30]!r} at {self.page.url}"
        return f"choose at {self.page.url}"

    def _press(self, kind: str, target: Locator) -> str:
        said = f"{kind} {target.inner_text()[:40]!r} at {self.page.url}"
        target.click()
        return said

    def _seen(self, *selectors: str) -> list[list[Locator]]:
        """What of each kind can be used, where the page is asked once."""
        return [
            [self.page.locator(selector).nth(place) for place, way in enumerate(ways) if way and not _leads_away(way)]
            for selector, ways in zip(selectors, self.page.evaluate(_WAYS, selectors), strict=True)
        ]

    def _stay(self) -> None:
        """Whoever has left the console comes back."""
        self.page.wait_for_load_state("domcontentloaded")
        if "/console" not in self.page.url or self.page.locator("main").count() == 0:
            self.page.goto("/console/")


def _leads_away(way: str) -> bool:
    return urlsplit(way).path.endswith(_AWAY)
