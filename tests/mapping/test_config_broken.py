"""Broken configurations, as files: `broken/<name>.yaml`, and in `<name>.problems.txt` what an admin is told."""

from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.mapping.config import load_config
from tests.payload.reading import named

BROKEN = Path(__file__).parent / "broken"


NAMES = sorted(path.with_suffix("") for path in BROKEN.glob("*.yaml"))


@pytest.mark.parametrize("name", named(NAMES, BROKEN))
def test_tells_all_problems(name):
    """A broken configuration stops the start, and every mistake is told: where it is and what would be right."""
    path = name.with_suffix(".yaml")

    with pytest.raises(ConfigError) as caught:
        load_config(path)

    expected = name.with_suffix(".problems.txt").read_text(encoding="utf-8").splitlines()

    assert expected == [problem.replace(str(path), path.name) for problem in caught.value.problems]


def test_every_file_belongs_to_a_pair():
    """Each configuration has its problems written down, and no list of problems is left over."""
    assert NAMES == sorted(path.with_name(path.name.removesuffix(".problems.txt")) for path in BROKEN.glob("*.txt"))


@pytest.mark.parametrize("name", ["nowhere.yaml", "."])
def test_what_cannot_be_read_is_told(name):
    """A file that is not there, or is none, is one clear problem."""
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        load_config(BROKEN / name)

    assert 1 == len(caught.value.problems)
