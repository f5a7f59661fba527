"""Whether the field that tells of a served caller is there, and can be set to a time."""

from collections.abc import Mapping

from app.checking.codes import OrgCode
from app.checking.findings import Flaw, OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce import setup
from app.domain.source import Source

_TYPES = ("boolean", "date", "datetime", "string", "textarea")
# As 2026-11-28 10:42.
_TEXT_LENGTH = 16


def fields_of(sources: Mapping[str, Source]) -> dict[str, list[str]]:
    """The fields that are set when a caller was served, each with the sources that name it."""
    fields: dict[str, list[str]] = {}
    for name, source in sources.items():
        if source.served_callers and source.served_callers.field:
            fields.setdefault(source.served_callers.field, []).append(name)
    return fields


def check_served(view: View, sources: Mapping[str, Source]) -> Section:
    """The field `served_callers.field` of each source."""
    fields, info = fields_of(sources), view.org.objects.get(CASE)
    findings = [
        OrgFinding(*flaw, name)
        for name, named in fields.items()
        if info and (flaw := _flaw(view, info, name, ", ".join(named)))
    ]
    return Section(f"served callers: {', '.join(fields)}", findings)


def _flaw(view: View, info: ObjectInfo, name: str, sources: str) -> Flaw | None:
    field, access = info.field(name), setup.field_access(info)
    if field is None:
        whom, page = setup.whom(view.org.user), setup.new_field(info)
        said = f"{CASE} has no field {name}, or {whom} may not see it; served_callers of {sources} names it."
        mend = f"the org's admin creates the field ({page}) or gives Edit Access to it: {access}."
        return OrgCode.FIELD_NOT_FOUND, said, f"Correct served_callers.field; or {mend}"
    if not field.updateable:
        what = f"change {CASE}.{field.name}, which served_callers of {sources} names."
        mend = f"The org's admin gives Edit Access to {field.label}: {access}."
        fix = f"{mend} What Salesforce fills itself nobody can set: name another field."
        return OrgCode.FIELD_NOT_WRITABLE, setup.may_not(view.org.user, what), fix
    if field.type in _TYPES and not _is_too_short(field):
        return None
    is_of = f"{CASE}.{field.name} is of type {field.type} ({field.length} characters)"
    said = f"{is_of} and cannot hold the time of a call; served_callers of {sources} names it."
    fix = f"Name a field of type Date/Time, Date, Checkbox, or Text of at least {_TEXT_LENGTH} characters."
    return OrgCode.VALUE_TYPE_WRONG, said, fix


def _is_too_short(field: FieldInfo) -> bool:
    return field.type in ("string", "textarea") and field.length < _TEXT_LENGTH
