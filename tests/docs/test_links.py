"""Links from page to page, and to parts of a page."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES


def anchors(page: Path) -> set[str]:
    """What a link may name behind `#`: the headings as forges write them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """A link finds the file of the project, and the part of it."""
    links = re.findall(r"\]\((?!https?://)([^)#]*)#?([^)]*)\)", page.read_text())
    targets = [(page.parent / path if path else page, part) for path, part in links]

    assert [] == [path for path, _ in targets if not path.exists()]
    assert [] == [(path.name, part) for path, part in targets if part and part not in anchors(path)]
