"""Who owns the Cases: the owner that a rule names, or the org's assignment rules."""

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE, OWNER
from app.crm.salesforce import setup


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
    nobody = OrgFinding(
        OrgCode.ASSIGNMENT_RULE_MISSING,
        "The org has no active assignment rule for Cases, and these rules name no owner: their Cases go to the "
        "org's default owner.",
        f"Set fields.{OWNER} in the rules, such as {{queue: NAME}}; or the org's admin activates one "
        f"({setup.ASSIGNMENT_RULES}) or looks whom the default owner is ({setup.SUPPORT_SETTINGS}).",
        OWNER,
        left,
    )
    return Section("owner", [nobody])
