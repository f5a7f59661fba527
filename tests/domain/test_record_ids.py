"""Record ids in their two lengths."""

import pytest

from app.domain.record_ids import record_id_spellings

# Of Salesforce's own documentation.
SHORT, LONG = "0017000000P0zXa", "0017000000P0zXaAAJ"


@pytest.mark.parametrize("written", [SHORT, LONG, LONG.lower(), LONG.upper()])
def test_both_lengths(written: str) -> None:
    """An id is the same in 15 and 18 characters, and the longer one in any case."""
    assert (SHORT, LONG) == record_id_spellings(written)


def test_case_of_the_short_one_counts() -> None:
    """Two ids of 15 characters that differ in case are two."""
    assert record_id_spellings(SHORT) != record_id_spellings(SHORT.lower())


@pytest.mark.parametrize(
    "written", ["", "4711", "00001001", f"{SHORT}ZZZ", f"{SHORT}A", "0017000000P0zX-", "\u0661" * 15]
)
def test_no_id(written: str) -> None:
    """What has another form, or another suffix, is no id."""
    assert () == record_id_spellings(written)
