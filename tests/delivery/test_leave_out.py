"""What is left out of a record is kept in its description."""

from app.delivery.late import LENGTH
from app.delivery.leave_out import rescue, without
from app.domain.record import Dropped, Record


def test_description_stays_within_its_length() -> None:
    """However much is dropped, the description fits, and begins with what the caller said."""
    fields = {"Description": "said " * 6_400, **{f"F{number}__c": "long " * 6_400 for number in range(30)}}
    dropped = [Dropped(name, "value_too_long") for name in fields if name != "Description"]

    described = str(without(Record("Case", fields), dropped).fields["Description"])

    assert LENGTH == len(fields["Description"])
    assert len(described) <= LENGTH
    assert described.startswith("said said")
    assert "\n\nRingback could not set:\nF0__c: long long" in described


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
