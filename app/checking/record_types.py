"""Whether the record types that rules name are there, active, and given to our user."""

from collections.abc import Iterator
from difflib import get_close_matches

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.org import ObjectInfo, RecordTypeInfo
from app.crm.salesforce import setup
from app.domain.record import Ref


def check_record_type(view: View, wish: Wish, info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    """The record type with this name or developer name."""
    name = ref.name.lower()
    found = [one for one in info.record_types if name in (one.name.lower(), one.developer_name.lower())]
    if found:
        yield from _usable(view, wish, info, found[0])
        return
    near = get_close_matches(ref.name, [one.developer_name for one in info.record_types], n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    yield about(
        wish,
        OrgCode.RECORD_TYPE_NOT_FOUND,
        f'{info.name} has no record type "{ref.name}".{meant}',
        f"Correct the name in the rule, or the org's admin creates it: {setup.record_types(info)} > New.",
    )


def known_record_type(view: View, wish: Wish, info: ObjectInfo, record_id: str) -> Iterator[OrgFinding]:
    """The record type with this id."""
    found = next((one for one in info.record_types if one.id[:15] == record_id[:15]), None)
    if found is not None:
        yield from _usable(view, wish, info, found)
        return
    yield about(
        wish,
        OrgCode.RECORD_TYPE_NOT_FOUND,
        f"{info.name} has no record type with the id {record_id}.",
        "Correct the id in the rule, or name the record type: {record_type: NAME}.",
    )


def _usable(view: View, wish: Wish, info: ObjectInfo, kind: RecordTypeInfo) -> Iterator[OrgFinding]:
    if not kind.active:
        yield about(
            wish,
            OrgCode.RECORD_TYPE_INACTIVE,
            f"The record type {kind.developer_name} of {info.name} is inactive.",
            f"Name another in the rule, or the org's admin activates it: {setup.record_types(info)} > {kind.name}.",
        )
    elif not kind.available:
        yield about(
            wish,
            OrgCode.RECORD_TYPE_NOT_AVAILABLE,
            setup.may_not(view.org.user, f"make records of the type {kind.developer_name}."),
            f"The org's admin assigns it: {setup.object_access(info.plural)} > Record Type Assignments.",
        )
