"""The pictures of the documents: shown, small, and taken by `make pictures`."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT
from tests.pictures.__main__ import MOST_BYTES

PICTURES = sorted((ROOT / "docs").glob("*.png"))


def test_each_is_shown() -> None:
    """A page shows each, with words for who does not see it."""
    shown = {Path(file).name for page in PAGES for file in re.findall(r"!\[[^\]]+\]\(([^)]+\.png)\)", page.read_text())}

    assert {picture.name for picture in PICTURES} == shown


def test_each_is_taken_by_the_script() -> None:
    """None was taken by hand, so that all can be taken anew."""
    scenes = (ROOT / "tests/pictures/scenes.py").read_text()

    assert {picture.stem for picture in PICTURES} == set(
        re.findall(r"camera\.(?:whole|part|terminal)\(\"(.+?)\"", scenes)
    )


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_each_is_small(picture: Path) -> None:
    """A page with its pictures is there at once."""
    assert picture.stat().st_size <= MOST_BYTES
