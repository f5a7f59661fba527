"""Whose Case it is: its description tells, whoever has made it and whatever became of it since."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from app.crm.port import Crm
from app.delivery.late import FIELD, without_line
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.errors import MappingError
from app.domain.record import Record
from app.mapping.rules import Rule

# What comes behind it may have been cut, since other lines were added before it.
LONGEST_COMPARED = 10_000
# Nothing that a time is written with stays the same.
_LATER = timedelta(days=400, hours=13, minutes=17, seconds=29)


def lasting_lines(record: Record, rule: Rule, callback: Callback) -> list[str]:
    """What the record's description says, without the lines that tell when the callback reached us.

    A repeat reaches us later. Nothing for a record that cannot be compared.
    """
    described = record.fields.get(FIELD)
    if not isinstance(described, str):
        return []
    try:
        later = rule.apply(replace(callback, received_at=callback.received_at + _LATER)).fields.get(FIELD)
    except MappingError:
        later = described
    lasting = _lines(str(later))
    return [line for line in _lines(without_line(described)) if line in lasting]


def says(crm: Crm, case_id: str, lines: Sequence[str], deadline: Deadline) -> bool | None:
    """Whether the Case says all of this; none where that cannot be told. Raises `CrmError`."""
    said = crm.description_of(case_id, deadline) if lines else None
    return None if said is None else set(lines) <= set(_lines(said, len(said)))


def _lines(text: str, length: int = LONGEST_COMPARED) -> list[str]:
    """Without empty ones, one that is cut, and blanks, which the CRM may have changed."""
    whole = text if len(text) <= length else text[:length].rpartition("\n")[0]
    return [line for line in (" ".join(line.split()) for line in whole.splitlines()) if line]
