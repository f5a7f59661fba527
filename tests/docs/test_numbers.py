"""`docs/numbers.md` has the numbers of the code."""

import importlib
import re

import pytest

from tests.docs.pages import ROOT

PAGE = (ROOT / "docs/numbers.md").read_text()
ROWS = re.findall(r"^\| ([\d,. ]+?)(?: s)? \| .+ \| `([\w.]+):(\w+)` \|$", PAGE, re.M)


def test_all_rows_are_read() -> None:
    """Each row names a number and its place."""
    assert len(ROWS) == len(re.findall(r"^\| (?!number|---)", PAGE, re.M)) > 10


@pytest.mark.parametrize(("number", "module", "name"), ROWS, ids=lambda text: text)
def test_number_is_that_of_the_code(number: str, module: str, name: str) -> None:
    """What the page says is what runs."""
    said = tuple(float(one.replace(",", "")) for one in number.split(", "))
    known = getattr(importlib.import_module(module), name)

    assert said == (known if isinstance(known, tuple) else (known,))
