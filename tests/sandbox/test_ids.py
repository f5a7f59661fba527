"""The ids of Salesforce."""

import pytest

from app.sandbox.salesforce.ids import make_id, normalise, suffix

REAL = {
    "001D000000IqhSL": "IAZ",
    "5001r000023P6WQ": "AA0",
    "500Ox000008nUim": "IAE",
    "001R00000064wdt": "IAA",
}
"""Pairs from Salesforce's documentation and from live answers."""


@pytest.mark.parametrize(("id15", "ending"), REAL.items())
def test_the_suffix_says_which_letters_are_capitals(id15: str, ending: str) -> None:
    """Official (KA 000387915): the algorithm gives the endings that real ids have."""
    assert suffix(id15) == ending
    assert normalise(id15) == normalise(id15 + ending) == id15 + ending


def test_ids_are_unique_and_sort_by_age() -> None:
    """Key prefix, instance, counter in base 62."""
    ids = [make_id("500", n) for n in range(1, 5000)]
    assert len(set(ids)) == len(ids)
    assert ids == sorted(ids)
    assert all(normalise(i) == i for i in ids)


@pytest.mark.parametrize("text", ["", "500", "500Rb0000000001iaa", "500Rb0000000001IAZ", "500Rb000000000é", "x" * 16])
def test_what_is_no_id(text: str) -> None:
    """An ending that does not fit the rest is refused, so is a wrong length."""
    assert normalise(text) is None
