"""A Case that comes late says so, since "requested 10:42" would otherwise read like just now."""

from dataclasses import replace
from datetime import datetime

from app.crm.case import DESCRIPTION
from app.domain.record import Record

LATE_SECONDS = 300


def mark_late(record: Record, requested_at: datetime, now: datetime) -> Record:
    """The record with a line about the delay before its description, if there is a delay worth a line."""
    described = record.fields.get(DESCRIPTION)
    if not isinstance(described, str) or (now - requested_at).total_seconds() < LATE_SECONDS:
        return record
    here = now.astimezone(requested_at.tzinfo)
    same_day = here.date() == requested_at.date()
    form = "%H:%M" if same_day else "%Y-%m-%d %H:%M"
    line = f"Late: requested {requested_at.strftime(form)}, delivered {here.strftime(form)}."
    return replace(record, fields={**record.fields, DESCRIPTION: f"{line}\n{described}"})
