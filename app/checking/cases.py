"""What holds for Cases only: who owns them, and whether a record that jtel's IVR has found can be linked."""

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE, OWNER
from app.crm.salesforce import setup
from app.mapping.summary import FIELD_BY_PREFIX


def check_owner(view: View) -> Section:
    """Assignment rules run for Cases without an owner only."""
    rules = view.rules.get(CASE, ())
    owned = {rule for wish in view.wishes if wish.field.lower() == OWNER.lower() for rule in wish.rules}
    left = tuple(rule for rule in rules if rule not in owned)
    active = ", ".join(f'"{name}"' for name in view.org.assignment_rules)
    if not left:
        return Section("owner: every rule names one, so no assignment rule runs")
    if setup.ASSIGNMENT_RULE in view.org.refused or active:
        whose = f"assignment rule {active}" if active else "the org's assignment rules"
        return Section(f"owner: {whose} for the Cases of {', '.join(left)}")
    said = (
        "The org has no active assignment rule for Cases, and these rules name no owner: their Cases go to the org's "
        "default owner."
    )
    fix = (
        f"Set fields.{OWNER} in the rules, such as {{queue: NAME}}; or the org's admin activates one "
        f"({setup.ASSIGNMENT_RULES}) or looks whom the default owner is ({setup.SUPPORT_SETTINGS})."
    )
    return Section("owner", [OrgFinding(OrgCode.ASSIGNMENT_RULE_MISSING, said, fix, OWNER, left)])


def check_links(view: View, rules: tuple[str, ...]) -> Section:
    """The mapper `case` links by itself; `rules` are those that do."""
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
            give = f"The org's admin gives Edit Access to it: {setup.field_access(info)}."
            fix = f"{give} Or set `with: {{link: false}}`."
            findings.append(OrgFinding(OrgCode.LINK_NOT_WRITABLE, said, fix, name, rules))
    return Section(f"links: {fields} can be written", findings)
