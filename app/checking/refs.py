"""Hands each name of something in the org to the check of its kind: queue, user, record type, record."""

import re
from collections.abc import Callable, Iterable, Iterator

from app.checking.codes import OrgCode
from app.checking.findings import Flaw, OrgFinding, Section
from app.checking.named_records import check_id, check_queue, check_record_type, check_user
from app.checking.value_types import shown
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.case import OWNER
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce.refs.objects import PREFIXES, leads_to, looked_in
from app.domain.record import Ref
from app.mapping.render import is_template

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")

Check = Callable[[View, ObjectInfo, Ref], Flaw | None]


def check_refs(view: View) -> Section:
    """Every reference of every rule, and every id that stands in a rule."""
    refs = [ref for wish in view.wishes for ref in wish.refs if not is_template(ref.name)]
    named = sorted({f"{ref.object or ref.kind} {ref.name}" for ref in refs})
    findings = [finding for wish, info, field in view.seen() for finding in _check(view, wish, info, field)]
    return Section(f"references: {', '.join(named)}" if named else "references: the rules name none", findings)


def ids_of_users(wishes: Iterable[Wish]) -> Iterator[str]:
    """The ids of users that stand in the rules."""
    for wish in wishes:
        for value in wish.values:
            if isinstance(value, str) and _ID.fullmatch(value) and PREFIXES.get(value[:3]) == "User":
                yield value


def _check(view: View, wish: Wish, info: ObjectInfo, field: FieldInfo | None) -> Iterator[OrgFinding]:
    for value in wish.values:
        targets = field.targets if field is not None else ()
        flaw = None
        if isinstance(value, Ref):
            wrong = field is not None and leads_to(value) not in targets
            flaw = _wrong_target(wish, info, _given(value), targets) if wrong else _named(view, wish, info, value)
        elif field is not None and field.type == "reference":
            flaw = _id(view, wish, info, str(value), targets)
        if flaw is not None:
            yield about(wish, *flaw)


def _named(view: View, wish: Wish, info: ObjectInfo, ref: Ref) -> Flaw | None:
    check = _CHECKS.get(ref.kind)
    if check is not None and is_template(ref.name):
        kind = ref.kind.replace("_", " ")
        return OrgCode.NAME_UNCHECKED, f"whether the {kind} that {info.name}.{wish.field} names is there", ""
    return check(view, info, ref) if check is not None and _may_read(view, ref) else None


_CHECKS: dict[str, Check] = {"queue": check_queue, "user": check_user, "record_type": check_record_type}


def _id(view: View, wish: Wish, info: ObjectInfo, value: str, targets: tuple[str, ...]) -> Flaw | None:
    if not _ID.fullmatch(value):
        return _wrong_target(wish, info, f"{shown(value)}, which is no id", targets)
    target = PREFIXES.get(value[:3])
    kind = next((kind for kind in _CHECKS if leads_to(Ref(kind, value)) == target), None)
    if target is not None and target not in targets:
        return _wrong_target(wish, info, f"an id of {target}", targets)
    if kind is None:
        return OrgCode.RECORD_UNCHECKED, f"whether the record that {info.name}.{wish.field} names is there", ""
    owns = wish.field.lower() == OWNER.lower()
    return check_id(view, info, kind, value, owns=owns) if _may_read(view, Ref(kind, value)) else None


def _may_read(view: View, ref: Ref) -> bool:
    """What our user may not read is told once for all."""
    return not set(looked_in(ref)) & set(view.org.refused)


def _given(ref: Ref) -> str:
    """What the field would hold."""
    called = leads_to(ref) if ref.object or leads_to(ref) != looked_in(ref)[0] else ref.kind.replace("_", " ")
    return f"{'an' if called[:1].lower() in 'aeio' else 'a'} {called}"


def _wrong_target(wish: Wish, info: ObjectInfo, given: str, targets: tuple[str, ...]) -> Flaw:
    wanted = f"it refers to {' or '.join(targets)}" if targets else "it refers to no other record"
    said = f"{info.name}.{wish.field} cannot hold {given}: {wanted}."
    return OrgCode.REFERENCE_WRONG, said, "Correct the value in the rule, or name another field."
