"""A record without some of its fields; what they held is kept in its description, so that nothing is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from app.delivery.late import FIELD as DESCRIPTION
from app.delivery.late import LENGTH
from app.domain.record import Dropped, Record, Ref, Value

Made = TypeVar("Made")

# All that a rescue Case holds, besides what is required: who, what, and the external id that delivery adds.
RESCUE = ("Subject", DESCRIPTION)
BEGIN = "Ringback could not set:"
LONGEST_VALUE = 1_000
LONGEST_NOTE = 16_000


def without(record: Record, dropped: Iterable[Dropped]) -> Record:
    """The record without these fields. Its description, if it has one, tells what they held and why they are gone."""
    reasons = {one.field: one.reason for one in dropped}
    if not reasons:
        return record
    kept = {name: value for name, value in record.fields.items() if name not in reasons}
    described = kept.get(DESCRIPTION)
    if isinstance(described, str):
        # What could not even be made has no value to keep.
        lines = [_line(name, record.fields.get(name), reason) for name, reason in _in_order(record, reasons)]
        kept[DESCRIPTION] = _with_note(described, lines)
    return replace(record, fields=kept)


def rescue(
    record: Record, dropped: Iterable[Dropped], reason: str, message: str | None = None
) -> tuple[Record, tuple[Dropped, ...]] | None:
    """The least that is worth a Case, and all that it is made without; nothing if that cannot hold what was said."""
    gone = {one.field: one for one in dropped}
    fields = dict(record.fields)
    if record.object == "Case":
        # A rule without a description has its values kept all the same.
        fields.setdefault(DESCRIPTION, "")
    if DESCRIPTION in gone or not isinstance(fields.get(DESCRIPTION), str):
        return None
    kept = {*RESCUE, *record.require}
    for name in fields:
        if name not in kept:
            gone.setdefault(name, Dropped(name, reason, message))
    ordered = tuple(one for _, one in _in_order(record, gone))
    return without(replace(record, fields=fields), ordered), ordered


def _in_order(record: Record, by_field: Mapping[str, Made]) -> list[tuple[str, Made]]:
    """As the rule has its fields; those that are not in the record come last."""
    names = [name for name in record.fields if name in by_field]
    return [(name, by_field[name]) for name in dict.fromkeys([*names, *by_field])]


def _with_note(described: str, lines: list[str]) -> str:
    note = "\n".join([BEGIN, *lines])[:LONGEST_NOTE]
    return f"{described[: LENGTH - len(note) - 2]}\n\n{note}".strip()


def _line(name: str, value: Value | None, reason: str) -> str:
    if value is None:
        return f"{name}: ({reason})"
    said = f"{value.kind} {value.name}" if isinstance(value, Ref) else " ".join(str(value).split())
    return f"{name}: {said[:LONGEST_VALUE]} ({reason})"
