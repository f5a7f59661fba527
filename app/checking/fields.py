"""Whether the fields of the rules exist and may be written, and what the org requires besides."""

from collections.abc import Iterator
from difflib import get_close_matches

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.case import CASE
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce import setup


def check_fields(view: View) -> Section:
    """Every field of every rule, once for each place in the configuration."""
    names = sorted({wish.field for wish in view.wishes})
    findings = [finding for wish in view.wishes for finding in _check(view, wish)]
    return Section(f"fields: {', '.join(names)}", findings)


def _check(view: View, wish: Wish) -> Iterator[OrgFinding]:
    info = view.object_of(wish)
    if info is None or wish.field.lower() == view.external_id_field.lower():
        return
    field = view.field_of(wish)
    if field is None:
        yield _unseen(view, wish, info)
    elif not field.createable:
        yield _closed(view, wish, info, field)


def _unseen(view: View, wish: Wish, info: ObjectInfo) -> OrgFinding:
    # A describe leaves out what the user may not see, so both are told.
    custom = wish.field.endswith("__c")
    whom = setup.whom(view.org.user)
    create = (
        f"the org's admin creates the field ({setup.new_field(info)}), or, if it is there," if custom else "its admin"
    )
    there = "" if custom else " if the org has the field,"
    return about(
        wish,
        OrgCode.FIELD_NOT_FOUND,
        f"{info.name} has no field {wish.field}, or {whom} may not see it.{meant_field(info, wish.field)}",
        f"Correct the name in the rule; or{there} {create} gives {whom} Edit Access to it: {setup.field_access(info)}.",
    )


def meant_field(info: ObjectInfo, written: str) -> str:
    """` Did you mean Subject?`; nothing where no field's name is near."""
    near = get_close_matches(written.lower(), {name.lower(): name for name in info.fields}, n=1)
    known = next((name for name in info.fields if near and name.lower() == near[0]), None)
    return f" Did you mean {known}?" if known else ""


def _closed(view: View, wish: Wish, info: ObjectInfo, field: FieldInfo) -> OrgFinding:
    if field.computed or not field.grantable:
        return about(
            wish,
            OrgCode.FIELD_READ_ONLY,
            f"{field.name} is filled by Salesforce itself; nobody can set it.",
            "Take the field out of the rule.",
        )
    return about(
        wish,
        OrgCode.FIELD_NOT_WRITABLE,
        setup.may_not(view.org.user, f"write {info.name}.{field.name}."),
        f"The org's admin gives Edit Access to {field.label}: {setup.field_access(info)}.",
    )


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
            yield OrgFinding(
                OrgCode.REQUIRED_FIELD_MISSING,
                f"The org requires {info.name}.{field.name} ({field.label}), and these rules do not set it.",
                f"Set fields.{field.name} in {where}; or the org's admin gives it a default value or takes Required "
                f"off: {setup.field_page(info, field)}.",
                field.name,
                without,
            )
        for wish in setting:
            if wish.may_be_empty:
                yield about(
                    wish,
                    OrgCode.REQUIRED_FIELD_MAY_BE_EMPTY,
                    f"The org requires {info.name}.{field.name}, and for some callbacks it may come out empty.",
                    'Give it a value for that case, such as {{ … or "unknown" }}.',
                )
