"""Whose Case it is: its description tells, whoever has made it and whatever became of it since."""

from app.crm.port import Crm
from app.delivery.late import FIELD, without_line
from app.domain.deadline import Deadline
from app.domain.record import Record, Written

# What comes behind it may have been cut, since other lines were added before it.
LONGEST_COMPARED = 10_000


def says(crm: Crm, case_id: str, record: Record, deadline: Deadline) -> bool | None:
    """Whether the Case says what the record does; none where that cannot be told. Raises `CrmError`."""
    described = record.fields.get(FIELD)
    wanted = _blanks_aside(without_line(described)) if isinstance(described, str) else ""
    said = crm.description_of(case_id, deadline) if wanted else None
    return None if said is None else wanted[:LONGEST_COMPARED] in _blanks_aside(said)


def made_just_now(crm: Crm, record: Record, written: Written, deadline: Deadline) -> bool | None:
    """Whether this attempt has made the record; none where that cannot be told. Raises `CrmError`."""
    if written.created or not written.in_doubt or written.id is None:
        return written.created
    return says(crm, written.id, record, deadline)


def _blanks_aside(text: str) -> str:
    return " ".join(text.split())
