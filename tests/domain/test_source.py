"""Whose clock counts where times of several sources stand together."""

from zoneinfo import ZoneInfo

import pytest

from app.domain.source import Source, clock_of

SOURCES = {name: Source(name, ZoneInfo(zone), "DE") for name, zone in (("a", "Europe/Berlin"), ("b", "Asia/Tokyo"))}


@pytest.mark.parametrize(
    ("names", "zone"),
    [
        ([], "Europe/Berlin"),
        (["b"], "Asia/Tokyo"),
        (["gone", "b", "a"], "Asia/Tokyo"),
        (["gone"], "Europe/Berlin"),
    ],
)
def test_the_first_one_counts(names: list[str], zone: str) -> None:
    """The first that is asked for and known, else the first of all."""
    assert clock_of(SOURCES, names).key == zone


def test_without_sources() -> None:
    assert clock_of({}).key == "UTC"
