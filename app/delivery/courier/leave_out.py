"""A record without some of its fields; what they held is kept in its description, so that nothing is lost."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from gettext import NullTranslations
from types import MappingProxyType
from typing import TypeVar

from app import translation
from app.crm.case import CASE, DESCRIPTION, SUBJECT
from app.crm.lengths import LIMITS, Limit
from app.domain.reasons import Reason
from app.domain.record import Dropped, Record, Ref, Value
from app.translation import gettext_noop

Item = TypeVar("Item")
TOO_LONG = Reason.VALUE_TOO_LONG.word

# All that a rescue Case holds, besides what is required: who, what, and the external id that delivery adds.
RESCUE = (SUBJECT, DESCRIPTION)
LEFT_OUT = gettext_noop("Ringback could not set:")
CUT = gettext_noop("Ringback had to cut:")
LONGEST_VALUE = 1_000
_NAMED = {
    "queue": gettext_noop("queue {name}"),
    "user": gettext_noop("user {name}"),
    "record_type": gettext_noop("record type {name}"),
    "contact": gettext_noop("contact {name}"),
    "account": gettext_noop("account {name}"),
    "account_owner": gettext_noop("account {name}"),
}


def without(record: Record, dropped: Iterable[Dropped], cut: Mapping[str, Limit] = MappingProxyType({})) -> Record:
    """The record without these fields. Its description, if it has one, tells what they held and why they are gone.

    It tells all of the texts too that are about to be `cut`, unless it does so anyway, and leaves room for that.
    """
    reasons = {one.field: one.reason for one in dropped}
    kept = {name: value for name, value in record.fields.items() if name not in reasons}
    described = kept.get(DESCRIPTION)
    if isinstance(described, str):
        texts = translation.of(record.language)
        # What could not even be made has no value to keep.
        gone = [_line(name, record.fields.get(name), reason, texts) for name, reason in _in_order(record, reasons)]
        short = [_line(name, kept[name], TOO_LONG, texts) for name in kept if _loses(kept, name, described, cut)]
        parts = ((texts.gettext(LEFT_OUT), gone), (texts.gettext(CUT), short))
        notes = ["\n".join([begin, *lines]) for begin, lines in parts if lines]
        kept[DESCRIPTION] = _with_note(described, "\n\n".join(notes), cut.get(DESCRIPTION, LIMITS[DESCRIPTION]))
    return replace(record, fields=kept)


def _loses(fields: Mapping[str, Value], name: str, described: str, cut: Mapping[str, Limit]) -> bool:
    """Whether something of the text would be lost without a note."""
    text = fields[name]
    if name == DESCRIPTION or name not in cut or not isinstance(text, str):
        return False
    return not cut[name].fits(text) and text not in described


def rescue(
    record: Record, dropped: Iterable[Dropped], reason: str, message: str | None = None
) -> tuple[Record, tuple[Dropped, ...]] | None:
    """The smallest record that is worth a Case, and the fields that it lacks.

    Nothing if that cannot hold what was said.
    """
    gone = {one.field: one for one in dropped}
    fields = dict(record.fields)
    if record.object == CASE:
        # A rule without a description has its values kept all the same.
        fields.setdefault(DESCRIPTION, "")
    if DESCRIPTION in gone or not isinstance(fields.get(DESCRIPTION), str):
        return None
    kept = {*RESCUE, *record.require}
    for name in fields:
        if name not in kept:
            gone.setdefault(name, Dropped(name, reason, message))
    ordered = tuple(one for _, one in _in_order(record, gone))
    return replace(record, fields=fields), ordered


def _in_order(record: Record, by_field: Mapping[str, Item]) -> list[tuple[str, Item]]:
    """As the rule has its fields; those that are not in the record come last."""
    names = [name for name in record.fields if name in by_field]
    return [(name, by_field[name]) for name in dict.fromkeys([*names, *by_field])]


def _with_note(described: str, note: str, limit: Limit) -> str:
    if not note:
        return described
    # The caller's own words have at least half of the place.
    note = "\n\n" + replace(limit, most=limit.most // 2).cut(note)
    return (limit.beside(note).cut(described) + note).strip()


def _line(name: str, value: Value | None, reason: str, texts: NullTranslations) -> str:
    if value is None:
        return f"{name}: ({reason})"
    said = _named(value, texts) if isinstance(value, Ref) else " ".join(str(value).split())
    return f"{name}: {said[:LONGEST_VALUE]} ({reason})"


def _named(ref: Ref, texts: NullTranslations) -> str:
    if ref.kind in _NAMED:
        return texts.gettext(_NAMED[ref.kind]).format(name=ref.name)
    # An object has its own name in every language.
    return f"{CASE if ref.kind == 'open_case' else ref.object or ref.kind} {ref.name}"
