"""Whether the field that tells of a served caller is there, and can be set to a time."""

from collections.abc import Iterator, Mapping

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
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
    findings = [one for name, named in fields.items() if info for one in _check(view, info, name, ", ".join(named))]
    return Section(f"served callers: {', '.join(fields)}", findings)


def _check(view: View, info: ObjectInfo, name: str, sources: str) -> Iterator[OrgFinding]:
    field, access = info.field(name), setup.field_access(info)
    if field is None:
        yield OrgFinding(
            OrgCode.FIELD_NOT_FOUND,
            f"{CASE} has no field {name}, or {setup.whom(view.org.user)} may not see it; served_callers of {sources} "
            "names it.",
            f"Correct served_callers.field; or the org's admin creates the field ({setup.new_field(info)}) or gives "
            f"Edit Access to it: {access}.",
            name,
        )
    elif not field.updateable:
        yield OrgFinding(
            OrgCode.FIELD_NOT_WRITABLE,
            setup.may_not(view.org.user, f"change {CASE}.{field.name}, which served_callers of {sources} names."),
            f"The org's admin gives Edit Access to {field.label}: {access}. What Salesforce fills itself nobody can "
            "set: name another field.",
            name,
        )
    elif field.type not in _TYPES or _is_too_short(field):
        yield OrgFinding(
            OrgCode.VALUE_TYPE_WRONG,
            f"{CASE}.{field.name} is of type {field.type} ({field.length} characters) and cannot hold the time of a "
            f"call; served_callers of {sources} names it.",
            f"Name a field of type Date/Time, Date, Checkbox, or Text of at least {_TEXT_LENGTH} characters.",
            name,
        )


def _is_too_short(field: FieldInfo) -> bool:
    return field.type in ("string", "textarea") and field.length < _TEXT_LENGTH
