"""How times, durations and numbers are written."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, g

from app.console.formats import Formats

MOMENT = 1_795_772_527.4  # 2026-11-27 09:42:07 UTC
FORMATS = Formats(lambda source: ZoneInfo({"tokyo": "Asia/Tokyo"}.get(source or "", "Europe/Berlin")))


@pytest.fixture(params=["en", "de"])
def language(request: pytest.FixtureRequest) -> Iterator[str]:
    with Flask("test").test_request_context():
        g.language = request.param
        yield request.param


def test_a_time_has_its_zones_offset(language: str) -> None:
    """It is the time of the source's own clock."""
    assert (
        FORMATS.at(MOMENT) == {"en": "27 Nov 2026, 10:42:07 +01:00", "de": "27. Nov. 2026, 10:42:07 +01:00"}[language]
    )
    assert FORMATS.at(MOMENT, "tokyo")[-15:] == "18:42:07 +09:00"
    assert FORMATS.at(MOMENT - 150 * 86_400)[-6:] == "+02:00"


@pytest.mark.parametrize(
    ("seconds", "english", "german"),
    [
        (0, "0 sec", "0 Sek."),
        (-5, "0 sec", "0 Sek."),
        (0.4, "0 sec", "0 Sek."),
        (59.6, "1 min", "1 Min."),
        (3 * 3600 + 12 * 60 + 7, "3 hr 12 min", "3 Std. 12 Min."),
        (86_400, "1 day", "1 Tag"),
        (90_061, "1 day 1 hr", "1 Tag 1 Std."),
    ],
)
def test_a_duration_has_two_units_at_most(language: str, seconds: float, english: str, german: str) -> None:
    assert FORMATS.lasting(seconds).replace("\xa0", " ") == {"en": english, "de": german}[language]


def test_what_is_not_known_is_a_dash(language: str) -> None:
    assert {FORMATS.at(None), FORMATS.lasting(None)} == {"\N{EN DASH}"}


def test_a_number_is_exact(language: str) -> None:
    assert FORMATS.number(12_345_678) == {"en": "12,345,678", "de": "12.345.678"}[language]
