"""Whether the record that jtel's IVR has found can be linked, which the mapper `case` does by itself."""

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce import setup
from app.mapping.summary import FIELD_BY_PREFIX


def check_links(view: View, rules: tuple[str, ...]) -> Section:
    """`rules` are those that link."""
    info = view.org.objects.get(CASE)
    fields = ", ".join(FIELD_BY_PREFIX.values())
    if info is None or not rules:
        return Section("links: the rules make none")
    closed = [name for name in FIELD_BY_PREFIX.values() if not _writable(info.field(name))]
    return Section(f"links: {fields} can be written", [_closed(view, info, name, rules) for name in closed])


def _writable(field: FieldInfo | None) -> bool:
    return field is not None and field.createable


def _closed(view: View, info: ObjectInfo, name: str, rules: tuple[str, ...]) -> OrgFinding:
    what = f"write {CASE}.{name}, so a record that jtel's IVR has found for the caller is not linked there."
    return OrgFinding(
        OrgCode.LINK_NOT_WRITABLE,
        setup.may_not(view.org.user, what),
        f"The org's admin gives Edit Access to it: {setup.field_access(info)}. Or set `with: {{link: false}}`.",
        name,
        rules,
    )
