"""Whether the record that jtel's IVR has found can be linked, which the mapper `case` does by itself."""

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE
from app.crm.salesforce import setup
from app.mapping.summary import FIELD_BY_PREFIX


def check_links(view: View, rules: tuple[str, ...]) -> Section:
    """`rules` are those that link."""
    info = view.org.objects.get(CASE)
    fields = ", ".join(FIELD_BY_PREFIX.values())
    if info is None or not rules:
        return Section("links: the rules make none")
    findings: list[OrgFinding] = []
    for name in FIELD_BY_PREFIX.values():
        field = info.field(name)
        if field is None or not field.createable:
            what = f"write {CASE}.{name}, so a record that jtel's IVR has found for the caller is not linked there."
            said = setup.may_not(view.org.user, what)
            fix = (
                f"The org's admin gives Edit Access to it: {setup.field_access(info)}. Or set `with: {{link: false}}`."
            )
            findings.append(OrgFinding(OrgCode.LINK_NOT_WRITABLE, said, fix, name, rules))
    return Section(f"links: {fields} can be written", findings)
