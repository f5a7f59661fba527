"""Whether what the rules name in the org is there: queues, users, record types, records."""

import re
from collections.abc import Callable, Iterable, Iterator

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.named_records import check_id, check_queue, check_record_type, check_user
from app.checking.value_types import shown
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.org import ObjectInfo
from app.crm.salesforce.refs.objects import PREFIXES, leads_to, looked_in
from app.domain.record import Ref
from app.mapping.render import is_template

_ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")

Check = Callable[[View, Wish, ObjectInfo, Ref], Iterator[OrgFinding]]


def check_refs(view: View) -> Section:
    """Every reference of every rule, and every id that stands in a rule."""
    refs = [ref for wish in view.wishes for ref in wish.refs if not is_template(ref.name)]
    named = sorted({f"{ref.object or ref.kind} {ref.name}" for ref in refs})
    findings = [finding for wish in view.wishes for finding in _check(view, wish)]
    return Section(f"references: {', '.join(named)}" if named else "references: the rules name none", findings)


def ids_of_users(wishes: Iterable[Wish]) -> Iterator[str]:
    """The ids of users that stand in the rules."""
    for wish in wishes:
        for value in wish.values:
            if isinstance(value, str) and _ID.fullmatch(value) and PREFIXES.get(value[:3]) == "User":
                yield value


def _check(view: View, wish: Wish) -> Iterator[OrgFinding]:
    info, field = view.object_of(wish), view.field_of(wish)
    if info is None:
        return
    for value in wish.values:
        targets = field.targets if field is not None else ()
        if isinstance(value, Ref):
            if field is not None and leads_to(value) not in targets:
                yield _wrong_target(wish, info, _given(value), targets)
            else:
                yield from _named(view, wish, info, value)
        elif field is not None and field.type == "reference":
            yield from _id(view, wish, info, value if isinstance(value, str) else str(value), targets)


def _named(view: View, wish: Wish, info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    check = _CHECKS.get(ref.kind)
    if check is not None and is_template(ref.name):
        kind = ref.kind.replace("_", " ")
        yield about(wish, OrgCode.NAME_UNCHECKED, f"whether the {kind} that {info.name}.{wish.field} names is there")
    elif check is not None and _may_read(view, ref):
        yield from check(view, wish, info, ref)


_CHECKS: dict[str, Check] = {"queue": check_queue, "user": check_user, "record_type": check_record_type}


def _id(view: View, wish: Wish, info: ObjectInfo, value: str, targets: tuple[str, ...]) -> Iterator[OrgFinding]:
    if not _ID.fullmatch(value):
        yield _wrong_target(wish, info, f"{shown(value)}, which is no id", targets)
        return
    target = PREFIXES.get(value[:3])
    kind = next((kind for kind in _CHECKS if leads_to(Ref(kind, value)) == target), None)
    if target is not None and target not in targets:
        yield _wrong_target(wish, info, f"an id of {target}", targets)
    elif kind is None:
        yield about(wish, OrgCode.RECORD_UNCHECKED, f"whether the record that {info.name}.{wish.field} names is there")
    elif _may_read(view, Ref(kind, value)):
        yield from check_id(view, wish, info, kind, value)


def _may_read(view: View, ref: Ref) -> bool:
    """What our user may not read is told once for all."""
    return not set(looked_in(ref)) & set(view.org.refused)


def _given(ref: Ref) -> str:
    """What the field would hold."""
    called = leads_to(ref) if ref.object or leads_to(ref) != looked_in(ref)[0] else ref.kind.replace("_", " ")
    return f"{'an' if called[:1].lower() in 'aeio' else 'a'} {called}"


def _wrong_target(wish: Wish, info: ObjectInfo, given: str, targets: tuple[str, ...]) -> OrgFinding:
    wanted = f"it refers to {' or '.join(targets)}" if targets else "it refers to no other record"
    return about(
        wish,
        OrgCode.REFERENCE_WRONG,
        f"{info.name}.{wish.field} cannot hold {given}: {wanted}.",
        "Correct the value in the rule, or name another field.",
    )
