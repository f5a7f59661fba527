"""Whether our user may read what is looked up for the rules: queues, users, contacts by their telephone numbers."""

from collections.abc import Iterator

from app.checking.codes import OrgCode
from app.checking.fields import meant_field
from app.checking.findings import OrgFinding, Section
from app.checking.view import View, about
from app.crm.org import ObjectInfo
from app.crm.salesforce import setup
from app.crm.salesforce.refs.kinds import CALLERS, PHONE_FIELDS
from app.crm.salesforce.refs.objects import LOOKED_IN

KINDS = ("queue", "user", *CALLERS)


def check_lookups(view: View) -> Section:
    """For the kinds that the rules name."""
    findings = [finding for kind in KINDS for finding in _check(view, kind)]
    if setup.ASSIGNMENT_RULE in view.org.refused:
        said = f"assignment rules: {setup.whom(view.org.user)} may not read {setup.ASSIGNMENT_RULE}"
        findings.append(OrgFinding(OrgCode.LOOKUP_REFUSED, said))
    return Section("", findings)


def _check(view: View, kind: str) -> Iterator[OrgFinding]:
    objects = LOOKED_IN[kind]
    rules = tuple({rule: None for wish in view.wishes for ref in wish.refs if ref.kind == kind for rule in wish.rules})
    closed = [name for name in objects if _closed(view, name)]
    if closed:
        what = f"read {' and '.join(closed)}, so no {kind} that a rule names is found."
        plural = f"{objects[0]}s"
        yield OrgFinding(
            OrgCode.OBJECT_NOT_READABLE,
            setup.may_not(view.org.user, what),
            f"The org's admin gives the permission Read: {setup.object_access(plural)} > Object Permissions.",
            rules=rules,
        )
        return
    info = view.org.objects.get(objects[0])
    if info is None:
        return
    yield from _unknown_ways(view, kind, info)
    by_phone = any(ref.kind == kind and ref.by is None for wish in view.wishes for ref in wish.refs)
    hidden = [name for name in PHONE_FIELDS.get(objects[0], ()) if by_phone and info.field(name) is None]
    if hidden:
        what = f"read {', '.join(f'{info.name}.{name}' for name in hidden)}, so no {kind} is found by telephone."
        yield OrgFinding(
            OrgCode.PHONE_NOT_READABLE,
            setup.may_not(view.org.user, what),
            f"The org's admin gives Read Access to these fields: {setup.field_access(info)}.",
            rules=rules,
        )


def _unknown_ways(view: View, kind: str, info: ObjectInfo) -> Iterator[OrgFinding]:
    whom = setup.whom(view.org.user)
    fix = f"Correct `by` in the rule, or the org's admin gives Read Access to it: {setup.field_access(info)}."
    for wish in view.wishes if kind in CALLERS else ():
        for ref in wish.refs:
            if ref.kind == kind and ref.by is not None and info.field(ref.by) is None:
                said = f"{info.name} has no field {ref.by}, or {whom} may not see it, so no {kind} is found by it."
                said += meant_field(info, ref.by)
                yield about(wish, OrgCode.FIELD_NOT_FOUND, said, fix)


def _closed(view: View, name: str) -> bool:
    info = view.org.objects.get(name)
    return name in view.org.refused or (info is not None and not info.readable)
