"""The shipped configuration, pair by pair: `config/fixtures/<rule>/<case>.in.json` becomes `<case>.out.json`."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.record import Record
from app.mapping.config import load_config
from app.mapping.described import described
from app.payload import read
from tests.payload.reading import RECEIVED_AT, named, sibling

CONFIG = Path(__file__).parents[2] / "config"
FIXTURES = CONFIG / "fixtures"
SENT = ".in.json"
WANTED = ".out.json"


NAMES = sorted(path.with_name(path.name.removesuffix(SENT)) for path in FIXTURES.glob(f"*/*{SENT}"))


@pytest.mark.parametrize("name", named(NAMES, FIXTURES))
def test_maps_as_written(name):
    """A payload as jtel sends it goes to the rule of its folder and becomes the record that is written beside it."""
    config = load_config(CONFIG / "ringback.yaml")
    callback = read(sibling(name, SENT).read_bytes(), b"", config.sources["default"], RECEIVED_AT)
    rule = config.rule_for(callback)
    record = rule.apply(callback)

    expected = json.loads(sibling(name, WANTED).read_text(encoding="utf-8"))

    assert expected == as_json(record)
    assert name.parent.name == rule.name


def test_every_rule_has_a_pair():
    """Each rule of the shipped configuration is shown by at least one pair, and each folder is a rule."""
    rules = {rule.name for rule in load_config(CONFIG / "ringback.yaml").rules}

    assert rules == {path.parent.name for path in FIXTURES.glob(f"*/*{WANTED}")}


def test_every_file_belongs_to_a_pair():
    """No fixture lies around untested."""
    others = [path for path in FIXTURES.glob("*/*") if not path.name.endswith(SENT)]

    assert NAMES == sorted(path.with_name(path.name.removesuffix(WANTED)) for path in others)


def as_json(record: Record) -> dict[str, Any]:
    """A record as the files hold it, with the messages of what failed."""
    return {**described(record), "failed": dict(record.failed)} if record.failed else described(record)
