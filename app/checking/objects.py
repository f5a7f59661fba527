"""Whether our user may make the rules' records, find them again, and comment on them."""

from collections.abc import Iterator

from app.checking.codes import OrgCode
from app.checking.findings import Flaw, OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE, COMMENT
from app.crm.org import ObjectInfo
from app.crm.salesforce import setup


def check_objects(view: View, written: tuple[str, ...]) -> Section:
    """`written` are the objects of which records are made."""
    seen = ", ".join(written)
    return Section(f"objects: {seen} can be created and read", list(_check(view, written)))


def _check(view: View, written: tuple[str, ...]) -> Iterator[OrgFinding]:
    for name in written:
        info = view.org.objects.get(name)
        called, plural = (info.name, info.plural) if info else (name, name)
        access = f"{setup.object_access(setup.PLURALS.get(called, plural))} > Object Permissions"
        for code, message, wanted in _lacks(view.org.user, called, info):
            fix = f"{_correct(called, info)}he org's admin gives {wanted}: {access}."
            yield OrgFinding(code, message, fix, rules=view.rules.get(called, ()))


def _correct(name: str, info: ObjectInfo | None) -> str:
    if info is not None or name in (CASE, COMMENT):
        return "T"
    return f"Correct `object` in the rule{'' if name.endswith('__c') else ', with __c for one of your own'}; or t"


def _lacks(user: str | None, name: str, info: ObjectInfo | None) -> Iterator[Flaw]:
    use = " Without it, what a caller changes cannot be added to the Case." if name == COMMENT else ""
    if info is None:
        whom = setup.whom(user)
        message = f"The org has no object {name}, or {whom} may not see it.{use}"
        yield OrgCode.OBJECT_NOT_FOUND, message, f"{whom} Read and Create"
        return
    if not info.createable:
        message = setup.may_not(user, f"create records of {name}.") + use
        yield OrgCode.OBJECT_NOT_CREATEABLE, message, "the permission Create"
    if not info.readable:
        message = setup.may_not(user, f"read records of {name}, so none is found again.")
        yield OrgCode.OBJECT_NOT_READABLE, message, "the permissions Read and View All"
