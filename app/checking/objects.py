"""Whether our user may make the rules' records, find them again, and comment on them."""

from collections.abc import Iterator

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.checking.view import View
from app.crm.case import COMMENT
from app.crm.org import ObjectInfo
from app.crm.salesforce import setup


def check_objects(view: View, written: tuple[str, ...]) -> Section:
    """`written` are the objects of which records are made."""
    seen = ", ".join(written)
    return Section(f"objects: {seen} can be created and read", list(_check(view, written)))


def _check(view: View, written: tuple[str, ...]) -> Iterator[OrgFinding]:
    for name in written:
        info = view.org.objects.get(name)
        if info is None:
            yield _unseen(view, name)
        else:
            yield from _usable(view, info)


def _unseen(view: View, name: str) -> OrgFinding:
    whom = setup.whom(view.org.user)
    access = setup.object_access(setup.PLURALS.get(name, name))
    return OrgFinding(
        OrgCode.OBJECT_NOT_FOUND,
        f"The org has no object {name}, or {whom} may not see it." + _use(name),
        f"The org's admin gives {whom} Read and Create: {access} > Object Permissions.",
        rules=view.rules.get(name, ()),
    )


def _usable(view: View, info: ObjectInfo) -> Iterator[OrgFinding]:
    access = f"{setup.object_access(setup.PLURALS.get(info.name, info.plural))} > Object Permissions"
    if not info.createable:
        yield OrgFinding(
            OrgCode.OBJECT_NOT_CREATEABLE,
            setup.may_not(view.org.user, f"create records of {info.name}.") + _use(info.name),
            f"The org's admin gives the permission Create: {access}.",
            rules=view.rules.get(info.name, ()),
        )
    if not info.readable:
        yield OrgFinding(
            OrgCode.OBJECT_NOT_READABLE,
            setup.may_not(view.org.user, f"read records of {info.name}, so none is found again."),
            f"The org's admin gives the permissions Read and View All: {access}.",
            rules=view.rules.get(info.name, ()),
        )


def _use(name: str) -> str:
    return " Without it, what a caller changes cannot be added to the Case." if name == COMMENT else ""
