"""Whether our user may read what is looked up for the rules: queues, users, contacts by their telephone numbers."""

from collections.abc import Iterator

from app.checking.codes import OrgCode
from app.checking.fields import meant_field
from app.checking.findings import Flaw, OrgFinding, Section
from app.checking.value_types import NUMBERS
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.salesforce import setup
from app.crm.salesforce.refs.objects import CALLERS, LOOKUP, PHONE_FIELDS, looked_in
from app.domain.record import Ref

KINDS = ("queue", "user", *CALLERS, LOOKUP)


def check_lookups(view: View) -> Section:
    """For the kinds that the rules name."""
    named: dict[tuple[str, tuple[str, ...]], list[tuple[Wish, Ref]]] = {}
    for wish in view.wishes:
        for ref in wish.refs:
            if ref.kind in KINDS:
                named.setdefault((ref.kind, looked_in(ref)), []).append((wish, ref))
    ordered = sorted(named.items(), key=lambda one: KINDS.index(one[0][0]))
    findings = [finding for (kind, objects), uses in ordered for finding in _check(view, kind, objects, uses)]
    if setup.ASSIGNMENT_RULE in view.org.refused:
        said = f"assignment rules: {setup.whom(view.org.user)} may not read {setup.ASSIGNMENT_RULE}"
        findings.append(OrgFinding(OrgCode.LOOKUP_REFUSED, said))
    return Section("", findings)


def _check(view: View, kind: str, objects: tuple[str, ...], uses: list[tuple[Wish, Ref]]) -> Iterator[OrgFinding]:
    rules = tuple(dict.fromkeys(rule for wish, _ in uses for rule in wish.rules))
    what = kind.replace("_", " ") if kind != LOOKUP else objects[0]
    closed = [name for name in objects if _closed(view, name)]
    if closed and kind == LOOKUP:
        said = f"The org has no object {what}, or {setup.whom(view.org.user)} may not read it, so none is found."
        yield OrgFinding(OrgCode.OBJECT_NOT_FOUND, said, _mend_object(view, what), rules=rules)
    elif closed:
        said = setup.may_not(view.org.user, f"read {' and '.join(closed)}, so no {what} that a rule names is found.")
        fix = f"The org's admin gives the permission Read: {_object_permissions(view, closed[0])}."
        yield OrgFinding(OrgCode.OBJECT_NOT_READABLE, said, fix, rules=rules)
    else:
        yield from (about(wish, *flaw) for wish, ref in uses if (flaw := _wrong_way(view, ref, what)))
        if any(ref.kind in CALLERS and ref.by is None for _, ref in uses):
            yield from _hidden_phones(view, kind, what, rules)


def _mend_object(view: View, name: str) -> str:
    own = "" if name.endswith("__c") else " (that of an object of your own ends in __c)"
    place = _object_permissions(view, name)
    return f"Correct the name in the rule{own}, or the org's admin gives the permission Read: {place}."


def _hidden_phones(view: View, kind: str, what: str, rules: tuple[str, ...]) -> Iterator[OrgFinding]:
    for object_name, phones in PHONE_FIELDS[kind].items():
        info = view.org.objects.get(object_name)
        hidden = [name for name in phones if info is not None and info.field(name) is None]
        if info is not None and hidden:
            read = f"read {', '.join(f'{info.name}.{name}' for name in hidden)}, so no {what} is found by telephone."
            said = setup.may_not(view.org.user, read)
            fix = f"The org's admin gives Read Access to these fields: {setup.field_access(info)}."
            yield OrgFinding(OrgCode.PHONE_NOT_READABLE, said, fix, rules=rules)


def _wrong_way(view: View, ref: Ref, what: str) -> Flaw | None:
    """What is wrong with the field by which a rule looks."""
    info = view.org.objects.get(looked_in(ref)[0])
    if info is None or ref.kind not in (*CALLERS, LOOKUP) or ref.by is None:
        return None
    field = info.field(ref.by)
    if field is None:
        whom = setup.whom(view.org.user)
        said = f"{info.name} has no field {ref.by}, or {whom} may not see it, so no {what} is found by it."
        fix = f"Correct `by` in the rule, or the org's admin gives Read Access to it: {setup.field_access(info)}."
        return OrgCode.FIELD_NOT_FOUND, said + meant_field(info, ref.by), fix
    if (field.type in NUMBERS) is ref.is_number:
        return None
    form = "{number: …}" if field.type in NUMBERS else "a text, without `number`"
    said = f"{info.name}.{field.name} is of type {field.type}, so Salesforce refuses the search of this rule."
    return OrgCode.VALUE_TYPE_WRONG, said, _typed(ref, form)


def _typed(ref: Ref, form: str) -> str:
    if ref.kind == LOOKUP:
        return f"Write `value:` as {form}."
    if ref.kind not in ("contact", "account"):
        return "Name a field in `by` that holds texts."
    return f"Write {{lookup: {looked_in(ref)[0]}, by: {ref.by}, value: {form}}}."


def _object_permissions(view: View, name: str) -> str:
    info = view.org.objects.get(name)
    return f"{setup.object_access(info.plural if info else f'{name}s')} > Object Permissions"


def _closed(view: View, name: str) -> bool:
    info = view.org.objects.get(name)
    return name in view.org.refused or (info is not None and not info.readable)
