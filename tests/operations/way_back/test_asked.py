"""What a Flow may send, and what is said of what it may not."""

import json
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.domain.errors import PayloadError
from app.domain.numbers import normalize
from app.domain.source import Source
from app.operations.way_back.asked import AskedCallback, read_asked

SOURCE = Source("default", ZoneInfo("Europe/Berlin"), "DE")
CASE = "500Rb0000000001IAA"
NO_TEXTS: list[Any] = [True, False, [], ["x"], {}, {"a": 1}]
RIGHT = {"caseId": CASE, "number": "+49 30 901820", "group": 235}


def read(**more: Any) -> AskedCallback:
    return read_asked(json.dumps({**RIGHT, **more}).encode(), SOURCE)


@pytest.mark.parametrize(
    ("key", "part", "sent", "wanted"),
    [
        ("caseId", "case_id", CASE[:15], CASE),
        ("caseId", "case_id", CASE, CASE),
        ("number", "number", "030 901820", "+4930901820"),
        ("number", "number", "4930901820", "+4930901820"),
        ("number", "number", 4930901820, "+4930901820"),
        ("group", "group", 235, "235"),
        ("group", "group", "235", "235"),
        ("group", "group", 235.0, "235"),
        ("group", "group", " B2B Support ", "B2B Support"),
        ("priority", "priority", 0, 0),
        ("priority", "priority", "200", 200),
        ("priority", "priority", 80.0, 80),
        ("priority", "priority", None, None),
        ("priority", "priority", "", None),
        ("subject", "subject", "Übung \U0001f600", "Übung \U0001f600"),
        ("body", "body", "  ", None),
        ("wish", "wish", 7, "7"),
        ("wish", "wish", 7.0, "7"),
        ("subject", "subject", 1.5, "1.5"),
    ],
)
def test_right(key: str, part: str, sent: Any, wanted: Any) -> None:
    """Each key in each of its spellings."""
    assert wanted == getattr(read(**{key: sent}), part)


@pytest.mark.parametrize(
    ("sent", "wanted"),
    [
        ("2026-12-01T09:30", "2026-12-01T09:30:00+01:00"),
        ("2026-12-01T08:30:00.000Z", "2026-12-01T09:30:00+01:00"),
        ("2026-12-01T08:30:59.000+0000", "2026-12-01T09:30:00+01:00"),
        ("2026-07-01T09:30:00-04:00", "2026-07-01T15:30:00+02:00"),
        ("2026-12-01", "2026-12-01T00:00:00+01:00"),
        ("2026-03-29T02:30", "2026-03-29T03:30:00+02:00"),
    ],
)
def test_appointments(sent: str, wanted: str) -> None:
    """A time is on the source's clock, or is brought there."""
    appointment = read(appointment=sent).appointment

    assert appointment is not None
    assert wanted == appointment.isoformat()


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        *((key, one) for key in ("group", "subject", "body", "wish") for one in NO_TEXTS),
        *(("caseId", one) for one in (None, "", "500", "003Rb0000000001IAA", CASE[:17], CASE[:-1] + "B", 500, [CASE])),
        *(("number", one) for one in (None, "", "anonymous", "0", "-1", "hello", [1], {"a": 1}, True)),
        *(("group", one) for one in (None, "", "  ")),
        *(("priority", one) for one in (-1, 201, "high", 1.5, True, [1])),
        *(("appointment", one) for one in ("tomorrow", "10:45", "2026-13-01", "0000-00-00", 7)),
        ("wish", "x" * 201),
    ],
    ids=repr,
)
def test_wrong(key: str, sent: Any) -> None:
    """A key that is wrong or missing is named, and its value is not said."""
    with pytest.raises(PayloadError) as caught:
        read(**{key: sent})

    assert "wish_invalid" == caught.value.reason.word
    assert key in caught.value.message
    assert not isinstance(sent, str) or len(sent) < 4 or sent not in caught.value.message


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "body_missing"),
        (b"  ", "body_missing"),
        (b"{", "json_broken"),
        (b"caseId=5", "json_broken"),
        (b"\xff\xfe\xfd", "json_broken"),
        (b"[" * 200_000, "json_broken"),
        (b"[]", "not_an_object"),
        (b'"x"', "not_an_object"),
        (b"null", "not_an_object"),
        (b"{}", "wish_invalid"),
    ],
)
def test_no_object(body: bytes, reason: str) -> None:
    """What is no JSON object has a reason of its own."""
    with pytest.raises(PayloadError) as caught:
        read_asked(body, SOURCE)

    assert reason == caught.value.reason.word


def test_all_that_is_wrong_at_once() -> None:
    """One answer names every key."""
    with pytest.raises(PayloadError) as caught:
        read_asked(b'{"caseId": "x", "priority": 999}', SOURCE)

    assert all(key in caught.value.message for key in ("caseId", "number", "group", "priority"))


@pytest.mark.parametrize(
    ("more", "same"),
    [
        ({"number": "030 901820"}, True),
        ({"caseId": CASE[:15]}, True),
        ({"group": "235"}, True),
        ({"note": "of no meaning"}, True),
        ({"subject": "Other"}, False),
        ({"priority": 50}, False),
        ({"appointment": "2026-12-01T09:30"}, False),
        ({"wish": "2"}, False),
    ],
)
def test_what_is_the_same_wish(more: dict[str, Any], same: bool) -> None:
    """Without a name of its own, all that is asked for tells a wish; how it is written does not."""
    assert same == (read().key == read(**more).key)


@pytest.mark.parametrize("number", ["+4930901820", "+49123456", "+4912345678901", "+999123456", "110", "030 901820"])
def test_number_comes_back(number: str) -> None:
    """jtel sends the number without a plus; it is the same then, even if it is not valid."""
    asked = read(number=number).number

    assert asked == normalize(asked.removeprefix("+"), SOURCE.region)


def test_it_can_be_read_again() -> None:
    """What is kept of it says the same."""
    asked = read(appointment="2026-12-01T09:30", priority=80, subject="Übung", wish="2")

    assert asked == read_asked(asked.as_json(), SOURCE)
