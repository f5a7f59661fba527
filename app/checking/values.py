"""Whether what the rules put into fields fits them: types, lengths, picklists."""

from collections.abc import Iterator
from difflib import get_close_matches

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.value_types import FITTING, NUMBERS, TIMES, WANTED, Wrong, misfit, shown
from app.checking.view import View, about
from app.checking.wishes import TEXT, Wish
from app.crm.lengths import LIMITS, limit_of, may_be_cut
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce import setup
from app.domain.record import Ref, Value

_KINDS = {**dict.fromkeys(NUMBERS, "number"), "boolean": "boolean", "date": "date", "datetime": "datetime"}
_PICKLISTS = ("picklist", "multipicklist")
_CUT = ("string", "textarea", "phone")
_SHOWN = 12


def check_values(view: View) -> Section:
    """Constants, the values of tables, and what templates make."""
    findings = [
        finding
        for wish, info, field in view.seen()
        # What is not there, or closed, is told with the fields.
        if field is not None and field.createable
        for finding in _check(wish, info, field)
    ]
    return Section("values: types, lengths and picklists", findings)


def _check(wish: Wish, info: ObjectInfo, field: FieldInfo) -> Iterator[OrgFinding]:
    for value in wish.values:
        if isinstance(value, Ref) or field.type == "reference":
            continue
        wrong = _cut(wish, field, value) or misfit(field, value)
        if wrong is not None:
            yield about(wish, wrong[0], f"{info.name}.{field.name}: {wrong[1]}.", _mend(field, wrong[0]))
        elif field.type in _PICKLISTS:
            text = value if isinstance(value, str) else str(value)
            parts = text.split(";") if field.type == "multipicklist" else [text]
            yield from (_unlisted(wish, info, field, part) for part in parts if part not in field.values)
    for given in wish.templates:
        yield from _template(wish, info, field, given)


def _cut(wish: Wish, field: FieldInfo, value: Value) -> Wrong | None:
    limit = limit_of(wish.field, field.length)
    known = wish.field in LIMITS or (field.type in _CUT and may_be_cut(wish.field, value))
    if not (known and field.length and isinstance(value, str)) or limit.fits(value):
        return None
    said = f"the text has {limit.size(value)} characters, and is cut to the {limit.most} that the field takes"
    return OrgCode.VALUE_CUT, said


def _mend(field: FieldInfo, code: OrgCode) -> str:
    if code in (OrgCode.VALUE_TOO_LONG, OrgCode.VALUE_CUT):
        return "Shorten it in the rule."
    if code is OrgCode.VALUE_TYPE_LOOSE:
        return f"Write {WANTED.get(field.type, 'it')} without quotes."
    return "Correct the value in the rule, or name another field."


def _unlisted(wish: Wish, info: ObjectInfo, field: FieldInfo, value: str) -> OrgFinding:
    near = get_close_matches(value, field.values, n=1, cutoff=0.5)
    meant = f" Did you mean {shown(near[0])}?" if near else ""
    listed = ", ".join(field.values[:_SHOWN]) + (", …" if len(field.values) > _SHOWN else "")
    page = f"{setup.field_page(info, field)} > Values > New"
    has = "is restricted and has" if field.restricted else "has"
    said = f"The picklist {info.name}.{field.name} {has} no value {shown(value)}.{meant} It has: {listed or 'none'}."
    fix = f"Use one of its values in the rule, or the org's admin adds it: {page}."
    if field.restricted:
        return about(wish, OrgCode.PICKLIST_VALUE_REJECTED, said, fix)
    said += " Salesforce takes it all the same, but reports and rules of the org do not know it."
    return about(wish, OrgCode.PICKLIST_VALUE_UNLISTED, said, fix)


def _template(wish: Wish, info: ObjectInfo, field: FieldInfo, given: str) -> Iterator[OrgFinding]:
    if given == TEXT and field.type in _PICKLISTS and field.restricted:
        said = f"which values the template gives {info.name}.{field.name}, a restricted picklist"
        yield about(wish, OrgCode.VALUE_UNCHECKED, said)
    good_for = FITTING.get(given, ())
    if field.type in good_for or field.type not in (*_KINDS, *TIMES, "reference", *FITTING[TEXT]):
        return
    if given == TEXT and field.type == "reference":
        yield about(wish, OrgCode.VALUE_UNCHECKED, f"whether the template gives {info.name}.{field.name} an id")
        return
    # Salesforce makes a day of a time, though not on the clock that the rule has in mind.
    loose = given == TEXT or (given, field.type) == ("datetime", "date")
    kind = _KINDS.get(field.type)
    text = "a text" if given == TEXT else f"a {given}"
    code = OrgCode.TEMPLATE_TYPE_LOOSE if loose else OrgCode.VALUE_TYPE_WRONG
    said = f"{info.name}.{field.name} is of type {field.type}, and the template makes {text} of it."
    fix = f'Write {{{kind}: "…"}} around the template.' if kind else "Make a text of it, without the type."
    yield about(wish, code, said, fix)
