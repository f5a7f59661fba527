"""What an org says that cannot be looked at: the login, its API, the version."""

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding, Section
from app.crm.salesforce import setup
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope

_CODES = {
    Reason.LOGIN_REFUSED: OrgCode.LOGIN_REFUSED,
    Reason.SESSION_REFUSED: OrgCode.SESSION_REFUSED,
    Reason.API_DISABLED: OrgCode.API_DISABLED,
    Reason.API_VERSION_RETIRED: OrgCode.API_VERSION_RETIRED,
}


def refused(error: CrmError) -> Section:
    """The section for an error that lets us see nothing at all. Raises it when it is one that passes by itself."""
    if error.scope is Scope.TRANSIENT:
        raise error
    code = _CODES.get(error.reason, OrgCode.ORG_REFUSED)
    return Section("connection", [OrgFinding(code, error.message, setup.CONNECTION.get(error.reason, ""))])


def check_version(version: str) -> Section:
    """A version that still works but not for long."""
    said = f"API version {version}: served by the org"
    if float(version) >= setup.AGEING_BELOW:
        return Section(said)
    message = f"The API version {version} is among those that Salesforce retires next."
    return Section(
        said, [OrgFinding(OrgCode.API_VERSION_AGEING, message, "Set SALESFORCE_API_VERSION to 66.0, or take it out.")]
    )
