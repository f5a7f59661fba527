"""Configurations that are right. The broken ones are in `broken/`."""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.domain.source import Source
from app.mapping.config import load_config

CONFIGS = Path(__file__).parent / "configs"
SHIPPED = Path(__file__).parents[2] / "config" / "ringback.yaml"


@pytest.mark.parametrize("path", [*sorted(CONFIGS.glob("*.yaml")), SHIPPED], ids=lambda path: path.stem)
def test_loads(path):
    """Each of these is a configuration, and its last rule takes whatever comes."""
    config = load_config(path, {"KEY": "a key"})

    assert {} == dict(config.rules[-1].when)


def test_without_sources_there_is_one():
    """The smallest configuration is a rule: the source `default` is there with Berlin's clock and German numbers."""
    config = load_config(CONFIGS / "smallest.yaml")

    assert {"default": Source("default", ZoneInfo("Europe/Berlin"), "DE", {})} == config.sources


def test_sources_are_what_is_written():
    """Each source has its own clock, country and groups; ids of groups and their values are texts."""
    vienna = Source(
        "vienna",
        ZoneInfo("Europe/Vienna"),
        "AT",
        {
            "235": {"AcdGroupsForeignSystemID": "SERVICE_B2B"},
            "236": {"AcdGroupsName": "Zentrale", "AcdGroupsForeignSystemID": "4711"},
        },
    )
    sources = load_config(CONFIGS / "sources.yaml").sources

    assert ["default", "vienna", "new-york-2"] == list(sources)
    assert vienna == sources["vienna"]
    assert "US" == sources["new-york-2"].region


def test_rules_keep_their_order():
    """Rules are tried in the order of the file."""
    assert ["b2b", "everyone-else"] == [rule.name for rule in load_config(CONFIGS / "yaml-of-all-kinds.yaml").rules]


def test_required_fields_add_up():
    """What the defaults require, every rule requires."""
    assert [("Subject",), ("Subject",)] == [tuple(rule.require) for rule in load_config(SHIPPED).rules]
