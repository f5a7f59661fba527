"""Whether the fields of the rules exist and may be written, and what the org requires besides."""

from collections.abc import Iterator

from app.checking.codes import OrgCode
from app.checking.findings import Flaw, OrgFinding, Section
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.case import CASE
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce import setup
from app.mapping.problems import did_you_mean


def check_fields(view: View) -> Section:
    """Every field of every rule, once for each place in the configuration."""
    names = sorted({wish.field for wish in view.wishes})
    findings = [
        about(wish, *flaw)
        for wish, info, field in view.seen()
        if wish.field.lower() != view.external_id_field.lower()
        if (flaw := _unseen(view, wish, info) if field is None else _closed(view, info, field))
    ]
    return Section(f"fields: {', '.join(names)}", findings)


def _unseen(view: View, wish: Wish, info: ObjectInfo) -> Flaw:
    # A describe leaves out what the user may not see, so both are told.
    custom = wish.field.endswith("__c")
    whom = setup.whom(view.org.user)
    create = (
        f"the org's admin creates the field ({setup.new_field(info)}), or, if it is there," if custom else "its admin"
    )
    there = "" if custom else " if the org has the field,"
    said = f"{info.name} has no field {wish.field}, or {whom} may not see it.{meant_field(info, wish.field)}"
    mend = f"{create} gives {whom} Edit Access to it: {setup.field_access(info)}."
    return OrgCode.FIELD_NOT_FOUND, said, f"Correct the name in the rule; or{there} {mend}"


def meant_field(info: ObjectInfo, written: str) -> str:
    """` Did you mean Subject?`; nothing where no field's name is near."""
    return did_you_mean(written, info.fields).replace("did", " Did", 1)


def _closed(view: View, info: ObjectInfo, field: FieldInfo) -> Flaw | None:
    if field.createable:
        return None
    if field.computed or not field.grantable:
        said = f"{field.name} is filled by Salesforce itself; nobody can set it."
        return OrgCode.FIELD_READ_ONLY, said, "Take the field out of the rule."
    said = setup.may_not(view.org.user, f"write {info.name}.{field.name}.")
    fix = f"The org's admin gives Edit Access to {field.label}: {setup.field_access(info)}."
    return OrgCode.FIELD_NOT_WRITABLE, said, fix


def check_required(view: View, others: tuple[str, ...] = ()) -> Section:
    """The fields that the org requires and does not fill itself. The mappers of `others` may set them."""
    findings = [finding for info in view.org.objects.values() for finding in _required(view, info, others)]
    return Section("required fields: every rule sets them", findings)


def _required(view: View, info: ObjectInfo, others: tuple[str, ...]) -> Iterator[OrgFinding]:
    rules = [rule for rule in view.rules.get(info.name, ()) if rule not in others]
    where = "the rules or in `defaults`" if info.name == CASE else "the rules"
    for field in info.fields.values():
        if not field.required or field.name.lower() == view.external_id_field.lower():
            continue
        setting = [w for w in view.wishes if w.object == info.name and w.field.lower() == field.name.lower()]
        without = tuple(rule for rule in rules if not any(rule in wish.rules for wish in setting))
        if without:
            said = f"The org requires {info.name}.{field.name} ({field.label}), and these rules do not set it."
            mend = f"the org's admin gives it a default value or takes Required off: {setup.field_page(info, field)}."
            fix = f"Set fields.{field.name} in {where}; or {mend}"
            yield OrgFinding(OrgCode.REQUIRED_FIELD_MISSING, said, fix, field.name, without)
        for wish in setting:
            if wish.may_be_empty:
                said = f"The org requires {info.name}.{field.name}, and for some callbacks it may come out empty."
                fix = 'Give it a value for that case, such as {{ … or "unknown" }}.'
                yield about(wish, OrgCode.REQUIRED_FIELD_MAY_BE_EMPTY, said, fix)
