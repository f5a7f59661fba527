"""The times of a callback that is sent: an example is never late."""

from datetime import timedelta

import pytest

from app.cli.call_times import age_of, moved

BY = timedelta(days=365, hours=1, seconds=5)
WRITTEN = [
    ('{"dtCallStart": "2026-11-20T10:38:12"}', '{"dtCallStart": "2027-11-20T11:38:17"}'),
    ('{"dtcallend":"2026-11-20 10:38:12.500"}', '{"dtcallend":"2027-11-20 11:38:17.500"}'),
    ('{"dtCreated" : "2026-11-20T10:38:12+01:00"}', '{"dtCreated" : "2027-11-20T11:38:17+01:00"}'),
    ("dtCallEnd=2026-11-20T10%3A38%3A12&ID=5", "dtCallEnd=2027-11-20T11%3A38%3A17&ID=5"),
    ("ID=5&dtCallEnd=2026-11-20+10%3a38%3a12", "ID=5&dtCallEnd=2027-11-20+11%3a38%3a17"),
    ("dtCallEnd=2026-11-20%2010:38:12Z", "dtCallEnd=2027-11-20%2011:38:17Z"),
]
ELSE = [
    '{"Subject": "since 2026-11-20T10:38:12"}',
    '{"dtCallEnd": null, "ID": 5}',
    '{"dtCallEnd": "20.11.2026 10:38"}',
    '{"dtCallEnd": "0000-00-00 00:00:00"}',
    '{"dtCallStart": "9999-12-31 23:59:59"}',
    '{"dtCreated": "2026-02-30T10:38:12Z"}',
    "dtCallEnd=NULL&ID=5",
    "",
]


@pytest.mark.parametrize(("before", "after"), WRITTEN)
def test_times_are_moved(before: str, after: str) -> None:
    """Each stays written as it was, in each form."""
    assert after == moved(before, BY)


@pytest.mark.parametrize("text", ELSE)
def test_all_else_stays(text: str) -> None:
    """Nothing but a time of the call is touched, and what has none has no age."""
    assert text == moved(text, BY)
    assert age_of(text) is None


def test_moved_by_its_age_it_is_new() -> None:
    """A call that is over for long is over just now afterwards."""
    for text in ("dtCallEnd=2020-11-20+10%3a38%3a12", '"dtCreated": "2020-11-20T10:38:12Z"'):
        age = age_of(text)

        assert age is not None
        assert age_of(moved(text, age)) is None


def test_what_is_to_come() -> None:
    """A call that ends in the future is left as it is."""
    assert age_of("dtCallEnd=2999-11-20T10:38:12") is None
