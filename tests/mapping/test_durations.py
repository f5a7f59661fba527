"""Lengths of time in the YAML. What is none is in `broken/durations`."""

from datetime import timedelta
from pathlib import Path

import pytest

from app.mapping.config import load_config
from app.mapping.durations import parse_duration

FILE = Path(__file__).parent / "configs" / "merge.yaml"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("90 s", timedelta(seconds=90)),
        ("90s", timedelta(seconds=90)),
        ("30 min", timedelta(minutes=30)),
        ("1 minute", timedelta(minutes=1)),
        ("5 Minutes", timedelta(minutes=5)),
        ("2 h", timedelta(hours=2)),
        (" 2 hours ", timedelta(hours=2)),
        ("1 day", timedelta(days=1)),
        ("7 d", timedelta(days=7)),
    ],
)
def test_written_as_people_do(written, expected):
    """A number and a unit."""
    assert expected == parse_duration(written)


def test_merge_is_inherited_overridden_and_switched_off():
    """What the defaults say holds for a rule that says nothing; a rule says another time, or nothing."""
    merges = {rule.name: rule.merge for rule in load_config(FILE).rules}

    assert {"other": timedelta(hours=2), "off": None, "everyone-else": timedelta(minutes=30)} == merges


def test_merge_is_off_unless_asked_for():
    """Without a word no callback is merged."""
    assert [None] == [rule.merge for rule in load_config(FILE.with_name("smallest.yaml")).rules]
