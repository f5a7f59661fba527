"""Whether the field that keeps a second Case out can do so."""

from collections.abc import Collection, Iterator, Mapping

from app.checking.codes import OrgCode
from app.checking.findings import Flaw, OrgFinding, Section
from app.checking.view import View
from app.crm.case import CASE
from app.crm.external_id import Lack, lacks_of
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.salesforce import setup
from app.domain.source import Source

# jtel's event ids are whole numbers. The number of a version follows the id.
EVENT_ID_LENGTH = 18
TURN_LENGTH = 3


def check_external_id(view: View, sources: Mapping[str, Source]) -> Section:
    """On every object of which the rules make records."""
    longest = max((len(one) for one in sources), default=0) + 1 + EVENT_ID_LENGTH + TURN_LENGTH
    name = view.external_id_field
    findings = [
        OrgFinding(*wrong, name, view.rules.get(info.name, ()))
        for object_name in view.rules
        if (info := view.org.objects.get(object_name))
        for wrong in _check(view, info, longest)
    ]
    return Section(f"external id: {name} is unique and can be written", findings)


def _check(view: View, info: ObjectInfo, longest: int) -> Iterator[Flaw]:
    lacks, field = lacks_of(info, view.external_id_field), info.field(view.external_id_field)
    if field is None:
        yield _missing(view, info)
        return
    yield from _marks(info, field, lacks)
    if Lack.ACCESS in lacks:
        said = setup.may_not(view.org.user, f"write {info.name}.{field.name}, so no callback gets its Case.")
        fix = f"The org's admin gives Edit Access to {field.label}: {setup.field_access(info)}."
        yield OrgCode.EXTERNAL_ID_NOT_WRITABLE, said, fix
    yield from _size(info, field, longest)


def _missing(view: View, info: ObjectInfo) -> Flaw:
    whom = setup.whom(view.org.user)
    message = (
        f"{info.name} has no field {view.external_id_field}, or {whom} may not see it; without it callbacks would "
        "double, so none is delivered."
    )
    if info.name != CASE:
        return OrgCode.EXTERNAL_ID_MISSING, message, setup.external_id(info, view.external_id_field)
    fix = (
        f"The org's admin: {setup.DEPLOY}, and assigns the permission set {setup.PERMISSION_SET} to {whom}. If the "
        "field has another name, set SALESFORCE_EXTERNAL_ID_FIELD."
    )
    return OrgCode.EXTERNAL_ID_MISSING, message, fix


def _marks(info: ObjectInfo, field: FieldInfo, lacks: Collection[Lack]) -> Iterator[Flaw]:
    page = setup.field_page(info, field)
    ignores_case = field.type == "string" and not field.case_sensitive
    same = "two event ids that differ in case only would count as one"
    for lacking, code, mark, why in (
        (Lack.EXTERNAL_ID in lacks, OrgCode.EXTERNAL_ID_NOT_MARKED, "External ID", "records cannot be found by it"),
        (Lack.UNIQUE in lacks, OrgCode.EXTERNAL_ID_NOT_UNIQUE, "Unique", "one callback could get two records"),
        (ignores_case, OrgCode.EXTERNAL_ID_IGNORES_CASE, "case-sensitive", same),
    ):
        if lacking:
            message = f"{info.name}.{field.name} is not marked {mark}: {why}."
            yield code, message, f"The org's admin marks it: {page} > Edit; or: {setup.DEPLOY}."


def _size(info: ObjectInfo, field: FieldInfo, longest: int) -> Iterator[Flaw]:
    page, name = setup.field_page(info, field), f"{info.name}.{field.name}"
    if field.type != "string":
        said = f"{name} is of type {field.type}; an external id is a text such as default-4711."
        fix = f"The org's admin changes its type to Text: {page} > Change Field Type; or: {setup.DEPLOY}."
        yield OrgCode.EXTERNAL_ID_NO_TEXT, said, fix
    elif field.length < longest:
        said = f"{name} takes {field.length} characters; the external ids of these sources may have {longest}."
        yield OrgCode.EXTERNAL_ID_TOO_SHORT, said, f"The org's admin raises its length to 80: {page} > Edit."
