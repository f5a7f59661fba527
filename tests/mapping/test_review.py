"""What was most likely not meant is told; what is right is not. `broken/` shows each kind."""

from pathlib import Path

import pytest

from app.mapping.config import find_problems
from app.mapping.names import NAMES
from app.mapping.review.samples import bare, full, given_by
from app.mapping.when import read_when
from tests.mapping.test_page import examples

ROOT = Path(__file__).parents[2]
PAGES = ["configuration.md", "mapping.md", "rule-reference.md", "writing-a-mapper.md"]
EXAMPLES = [text for page in PAGES for text in examples((ROOT / "docs" / page).read_text())]


def test_shipped_rules_are_not_doubted():
    """Nobody begins with a warning."""
    assert [] == find_problems(ROOT / "config" / "ringback.yaml")


@pytest.mark.parametrize("text", EXAMPLES)
def test_documented_rules_are_not_doubted(text: str, tmp_path: Path):
    """Whoever copies an example of the documents gets no warning."""
    path = tmp_path / "ringback.yaml"
    path.write_text(text)

    assert [] == [str(one) for one in find_problems(path) if one.severity.value == "warning"]


@pytest.mark.parametrize("name", NAMES)
def test_a_full_callback_has_every_name(name: str):
    """A template that fails for it fails for a callback that has all."""
    assert all(names[name] is not None for names in full({}))


def test_a_bare_callback_has_an_id_and_a_number():
    """A field that is empty for it may be empty for a callback that jtel sends."""
    names = bare({})
    known = {name for name in NAMES if names[name] is not None and name not in ("extra", "headline", "summary")}

    assert {"source", "event_id", "caller", "callback_number", "received_at", "requested_at"} == known


def test_a_value_is_for_the_rule_that_it_stands_in():
    """What the conditions of a rule ask for is there."""
    given = given_by(read_when({"AcdGroupsName": ["Support", "Sales"], "subject": {"present": True}})[0])
    names = bare(given)

    assert ("Sales", "Sales", True) == (names["group_name"], names["AcdGroupsName"], names["Subject"] is not None)
