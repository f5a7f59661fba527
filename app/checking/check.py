"""Looks at the org and tells, all at once, what the rules want that it does not give."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.checking.cases import check_links, check_owner
from app.checking.codes import OrgCode
from app.checking.external_id import check_external_id
from app.checking.fields import check_fields, check_required
from app.checking.findings import OrgFinding, Report, Section
from app.checking.lookups import check_lookups
from app.checking.objects import check_objects
from app.checking.refs import check_refs, ids_of_users
from app.checking.rules import WrittenRules
from app.checking.served import check_served, fields_of
from app.checking.values import check_values
from app.checking.view import View
from app.crm.case import CASE, COMMENT, OWNER
from app.crm.org import Wanted
from app.crm.port import Inspector
from app.crm.salesforce import setup
from app.crm.salesforce.refs.objects import CALLERS, LOOKUP, looked_in
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.domain.source import Source
from app.mapping.references import BY
from app.mapping.render import is_template
from app.waiting import Deadline

LOOK_SECONDS = 60.0
# What an org says that lets us see nothing at all.
_REFUSALS = {
    Reason.LOGIN_REFUSED: OrgCode.LOGIN_REFUSED,
    Reason.SESSION_REFUSED: OrgCode.SESSION_REFUSED,
    Reason.API_DISABLED: OrgCode.API_DISABLED,
    Reason.API_VERSION_RETIRED: OrgCode.API_VERSION_RETIRED,
}


@dataclass(frozen=True)
class OrgCheck:
    """`where` names the org for people."""

    inspector: Inspector
    where: str
    api_version: str
    external_id_field: str

    def run(self, written: WrittenRules, sources: Mapping[str, Source]) -> Report:
        """All findings. Raises `CrmError` when the org cannot be asked just now."""
        try:
            org = self.inspector.look(wanted_of(written, sources), Deadline(LOOK_SECONDS))
        except CrmError as error:
            return Report(self.where, [_refused(error)])
        view = View(org, written.wishes, written.rules, self.external_id_field)
        return Report(f'{self.where} ("{org.name}")', self._sections(view, written, sources), org.calls)

    def _sections(self, view: View, written: WrittenRules, sources: Mapping[str, Source]) -> list[Section]:
        login = Section(f"login as {view.org.user}" if view.org.user else "login")
        version = _check_version(self.api_version)
        message = "what its mapper makes of a callback: it is not Ringback's own"
        unknown = [OrgFinding(OrgCode.MAPPER_UNCHECKED, message, rules=(rule,)) for rule in written.others]
        of_rules = [
            check_objects(view, _created(written)),
            check_lookups(view),
            check_external_id(view, sources),
            check_fields(view),
            check_required(view, written.others),
            check_values(view),
            check_refs(view),
            check_owner(view),
            check_links(view, written.linking),
        ]
        served = [check_served(view, sources)] if fields_of(sources) else []
        return [login, version, *(of_rules if written.rules else ()), *served, Section("", unknown)]


def wanted_of(written: WrittenRules, sources: Mapping[str, Source] = MappingProxyType({})) -> Wanted:
    """What to look at in the org for these wishes and sources."""
    refs = [ref for wish in written.wishes for ref in wish.refs]
    read = {name for ref in refs if ref.kind in (*CALLERS, LOOKUP) for name in looked_in(ref)}
    users = frozenset(ref.name for ref in refs if ref.kind == "user" and not is_template(ref.name))
    owner = any(wish.field.lower() == OWNER.lower() and wish.values for wish in written.wishes)
    return Wanted(
        objects=tuple(dict.fromkeys((*_created(written), *sorted(read), *((CASE,) if fields_of(sources) else ())))),
        # A nickname that is an alias is told as such.
        users=dict.fromkeys(BY["user"], users) if users else {},
        ids=frozenset(ids_of_users(written.wishes)),
        queues=any(ref.kind == "queue" for ref in refs) or owner,
    )


def _created(written: WrittenRules) -> tuple[str, ...]:
    """The objects of which records are created: changes of a callback become comments on its Case."""
    return (*written.rules, COMMENT) if CASE in written.rules else tuple(written.rules)


def _refused(error: CrmError) -> Section:
    """The section for an error that lets us see nothing at all. Raises it when it is one that passes by itself."""
    if error.scope is Scope.TRANSIENT:
        raise error
    code = _REFUSALS.get(error.reason, OrgCode.ORG_REFUSED)
    return Section("connection", [OrgFinding(code, error.message, setup.CONNECTION.get(error.reason, ""))])


def _check_version(version: str) -> Section:
    """A version that still works but not for long."""
    said = f"API version {version}: served by the org"
    if float(version) >= setup.AGEING_BELOW:
        return Section(said)
    message = f"The API version {version} is among those that Salesforce retires next."
    fix = "Set SALESFORCE_API_VERSION to 66.0, or take it out."
    return Section(said, [OrgFinding(OrgCode.API_VERSION_AGEING, message, fix)])
