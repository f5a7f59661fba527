"""Values of the types that Salesforce wants."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.mapping.typed import KINDS, convert
from tests.payload.strategies import PROPERTY, values

ZONE = ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 11, 21, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("nothing", [None, "", " ", "\n"])
def test_nothing_is_nothing(kind, nothing):
    """Nothing, and a text without a character, is not sent, whatever the type."""
    assert convert(kind, nothing, ZONE) is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, 5),
        (2.5, 2.5),
        ("5", 5),
        (" -5 ", -5),
        ("+5", 5),
        ("007", 7),
        ("2.5", 2.5),
        ("2,5", 2.5),
        ("-0,5", -0.5),
        ("1.234,56", 1234.56),
        ("1,234.56", 1234.56),
        ("1.234.567,8", 1234567.8),
        ("1.234", 1.234),
        ("1,2345", 1.2345),
        ("9" * 18, 999_999_999_999_999_999),
    ],
)
def test_numbers(value, expected):
    """A number may come as text with a decimal point or comma; a whole one stays whole."""
    converted = convert("number", value, ZONE)

    assert expected == converted
    assert type(expected) is type(converted)


NO_NUMBERS = ["five", "5 min", "1,234", "1.23.45", "12.34,5", "1e5", "0x10", "1_000", "--5", "9" * 19, "٣"]


@pytest.mark.parametrize(
    "value", [*NO_NUMBERS, True, 10**18, float("nan"), float("inf"), [5], NOON, timedelta(seconds=5)]
)
def test_no_numbers(value):
    """What is no number, or could be two, is told; a comma before three digits could mean thousands."""
    with pytest.raises(ValueError, match="number"):
        convert("number", value, ZONE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (NOON, NOON),
        ("2026-11-21T12:00:00", NOON),
        ("2026-11-21 12:00", NOON),
        ("2026-11-21T12:00:00.000", NOON),
        ("2026-11-21T11:00:00Z", NOON),
        ("2026-11-21T11:00:00 00:00", NOON),
        ("21.11.2026 12:00", NOON),
        ("21.11.2026, 12:00:00 Uhr", NOON),
        ("21. 11. 2026 um 12.00 Uhr", NOON),
        ("2026-11-21T13:00:00+02:00", NOON),
        ("20261121T120000", NOON),
        (datetime(2026, 11, 21, 12, 0), NOON),
        ("2026-11-21", NOON.replace(hour=0)),
        (date(2026, 11, 21), NOON.replace(hour=0)),
        ("2026-03-29T02:30:00", datetime(2026, 3, 29, 3, 30, tzinfo=ZONE)),
    ],
)
def test_times(value, expected):
    """A time as jtel or ISO 8601 writes it; without offset it is the source's clock."""
    converted = convert("datetime", value, ZONE)

    assert expected == converted
    assert isinstance(converted, datetime)
    assert converted.tzinfo is not None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 11, 21), date(2026, 11, 21)),
        ("2026-11-21", date(2026, 11, 21)),
        ("1.2.2026", date(2026, 2, 1)),
        ("2026-11-21T23:59:59", date(2026, 11, 21)),
        ("2026-11-21T23:30:00Z", date(2026, 11, 22)),
        (datetime(2026, 11, 21, 23, 30, tzinfo=UTC), date(2026, 11, 22)),
    ],
)
def test_dates(value, expected):
    """A date is the day on the source's clock."""
    converted = convert("date", value, ZONE)

    assert expected == converted
    assert not isinstance(converted, datetime)


@pytest.mark.parametrize("kind", ["datetime", "date"])
@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "31.02.2026",
        "11/21/2026",
        "21.11.26",
        "10:38",
        "0000-00-00T00:00:00",
        1795255087,
        True,
        [NOON],
        "2" * 9000,
    ],
)
def test_no_times(kind, value):
    """What is no time is told, also a number: whether it counts seconds or milliseconds nobody says."""
    with pytest.raises(ValueError, match=kind):
        convert(kind, value, ZONE)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, True) for value in (True, 1, "true", "True", "TRUE", " yes", "Ja", "1")),
        *((value, False) for value in (False, 0, "false", "No", "nein", "0")),
    ],
)
def test_booleans(value, expected):
    """True and false may come as words, in English or German, or as 1 and 0."""
    assert expected is convert("boolean", value, ZONE)


@pytest.mark.parametrize("value", ["maybe", "2", 2, 1.5, "on", [], NOON])
def test_no_booleans(value):
    """Nothing else is true or false: a text that is merely there is not `true`."""
    with pytest.raises(ValueError, match="boolean"):
        convert("boolean", value, ZONE)


@pytest.mark.parametrize("kind", KINDS)
def test_tells_the_shape_only(kind):
    """The sentence names the type and what came by its shape, and never what a caller sent."""
    with pytest.raises(ValueError, match=f"text of 9 characters came where a {kind} is wanted") as caught:
        convert(kind, "Geheimnis", ZONE)

    assert "Geheimnis" not in str(caught.value)


@PROPERTY
@given(st.sampled_from(KINDS), values())
def test_any_value_is_converted_or_told(kind, value):
    """Whatever comes, it is a value of the type, nothing, or a sentence."""
    types: dict[str, Any] = {"number": (int, float), "datetime": datetime, "date": date, "boolean": bool}
    try:
        converted = convert(kind, value, ZONE)
    except ValueError as error:
        converted = None
        assert f"where a {kind} is wanted" in str(error)  # noqa: PT017 (an error is one of the two that are right)

    assert converted is None or isinstance(converted, types[kind])
