"""The documents can be read: each guide in ten minutes, and every sentence at once."""

import re
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

import pytest

from tests.docs.pages import PAGES

MOST_WORDS = 1_500
MEAN_SENTENCE, LONGEST_SENTENCE = 20, 40
# Nobody reads them through: one word or row is looked up.
REFERENCE = {
    "CONTRIBUTING.md",
    "attacks.md",
    "checks.md",
    "commands.md",
    "console-reference.md",
    "encryption.md",
    "jtel-api.md",
    "jtel-payload.md",
    "limits.md",
    "mapper-reference.md",
    "metrics.md",
    "numbers.md",
    "performance.md",
    "reasons.md",
    "rule-reference.md",
    "sandbox-reference.md",
    "settings.md",
    "templates.md",
    "threads.md",
    "tried-by-hand.md",
    "troubleshooting-ringback.md",
}
# Decisions are left as they were written.
READ = [page for page in PAGES if page.parent.name != "adr"]
_ITEM = re.compile(r"([-*]|\d+\.) ")
_BREAK = re.compile(r"(?<=[.!?:])\)?\s+(?=[A-Z0-9(\"`X*])")


def paragraphs(page: Path) -> Iterator[str]:
    """The prose of a page: no code, no table, no heading."""
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.M | re.S)
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        words = line.strip()
        is_prose = bool(words) and not words.startswith(("|", "#", "!", "<!--")) and not line.startswith("    ")
        if lines and (not is_prose or _ITEM.match(words)):
            yield " ".join(lines)
            lines = []
        if is_prose:
            lines.append(_ITEM.sub("", words, count=1))


def sentences(page: Path) -> list[str]:
    """Each with its links as they are read, and what stands in code as a word."""
    found = []
    for paragraph in paragraphs(page):
        read = re.sub(r"`[^`]*`", "X", re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", paragraph)).replace("*", "")
        found += [sentence for sentence in _BREAK.split(read) if sentence.split()]
    return found


@pytest.mark.parametrize("page", [page for page in READ if page.name not in REFERENCE], ids=lambda page: page.name)
def test_guides_are_short(page: Path) -> None:
    """What is rare stands on a page of reference."""
    assert len(page.read_text().split()) <= MOST_WORDS


@pytest.mark.parametrize("page", READ, ids=lambda page: page.name)
def test_sentences_are_short(page: Path) -> None:
    """A sentence holds one thought."""
    lengths = [len(sentence.split()) for sentence in sentences(page)]

    assert mean(lengths) <= MEAN_SENTENCE
    assert [] == [sentence for sentence in sentences(page) if len(sentence.split()) > LONGEST_SENTENCE]


def test_pages_of_reference_are_there() -> None:
    """The list names no page that is gone."""
    assert set() == REFERENCE - {page.name for page in READ}


def test_no_statement_stands_twice() -> None:
    """A sentence of some length is on one page, once."""
    places: dict[str, list[str]] = {}
    for page in READ:
        for sentence in sentences(page):
            if len(sentence.split()) > 9:
                places.setdefault(sentence, []).append(page.name)

    assert {} == {sentence: pages for sentence, pages in places.items() if len(pages) > 1}
