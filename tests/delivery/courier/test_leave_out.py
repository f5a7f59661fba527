"""What is left out of a record is kept in its description."""

import pytest

from app.crm.lengths import LIMITS, Limit
from app.delivery.courier.leave_out import rescue, without
from app.domain.record import Dropped, Record, Value

LIMIT = LIMITS["Description"]


@pytest.mark.parametrize("said", ["said ", "sa\r\n", "s😀i "], ids=["letters", "line breaks", "emojis"])
@pytest.mark.parametrize("limit", [LIMIT, Limit(500), Limit(500, in_bytes=True)], ids=str)
def test_description_stays_within_its_length(said: str, limit: Limit) -> None:
    """However much is dropped or cut, the description fits as Salesforce counts, and begins with what was said."""
    texts = {f"F{number}__c": "löng " * 6_400 for number in range(30)}
    cut = {f"G{number}__c": f"{number} cut\n" * 6_400 for number in range(30)}
    record = Record("Case", {"Description": said * 6_400, **texts, **cut})
    limits = {**dict.fromkeys(cut, Limit(10)), "Description": limit}

    described = str(without(record, [Dropped(name, "value_invalid") for name in texts], limits).fields["Description"])

    assert limit.fits(described)
    assert described.startswith(said.strip().replace("\r\n", "\n"))
    assert "…\n\nRingback could not set:\nF0__c: löng löng" in described


def test_texts_that_are_cut() -> None:
    """All of a text that is cut is told, unless it fits or the description says it already; so is why it was cut."""
    fields: dict[str, Value] = {
        "A__c": "A long wish",
        "B__c": "Short",
        "C__c": "What the caller said",
        "D__c": 12345678,
    }
    record = Record("Case", {"Description": "Yes. What the caller said.", **fields})

    described = without(record, [], dict.fromkeys(fields, Limit(6))).fields["Description"]

    assert "Yes. What the caller said.\n\nRingback had to cut:\nA__c: A long wish (value_too_long)" == described


def test_dropped_and_cut() -> None:
    """What is gone comes before what is there in part."""
    record = Record("Case", {"Description": "x", "Origin": "Phone", "Wish__c": "A long wish"})

    described = without(record, [Dropped("Origin", "field_unknown")], {"Wish__c": Limit(6)}).fields["Description"]

    assert (
        "x\n\nRingback could not set:\nOrigin: Phone (field_unknown)"
        "\n\nRingback had to cut:\nWish__c: A long wish (value_too_long)"
    ) == described


def test_value_stays_on_its_line() -> None:
    """A value of several lines cannot be taken for other fields' lines."""
    record = Record("Case", {"Description": "x", "Reason": "a\nSubject: b"})

    described = str(without(record, [Dropped("Reason", "value_invalid")]).fields["Description"])

    assert "Reason: a Subject: b (value_invalid)" == described.splitlines()[-1]


def test_record_without_description() -> None:
    """Where there is no description none is added just for a field."""
    record = Record("Case", {"Subject": "x", "Reason": "y"})

    assert {"Subject": "x"} == without(record, [Dropped("Reason", "value_invalid")]).fields


def test_dropped_description_cannot_be_rescued() -> None:
    """A record whose description is refused has no place for the rest."""
    record = Record("Case", {"Subject": "x", "Description": "y", "Reason": "z"})

    assert rescue(record, [Dropped("Description", "field_not_writable")], "validation_rule") is None
