"""What an org says that cannot be looked at: the login, its API, the version."""

from app.checking import setup
from app.checking.codes import OrgCode
from app.checking.findings import Finding, Section
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope

# Salesforce announces the end of a version years ahead; these are the next to go (Summer '28).
AGEING_BELOW = 41.0
_CODES = {
    Reason.LOGIN_REFUSED: OrgCode.LOGIN_REFUSED,
    Reason.SESSION_REFUSED: OrgCode.SESSION_REFUSED,
    Reason.API_DISABLED: OrgCode.API_DISABLED,
    Reason.API_VERSION_RETIRED: OrgCode.API_VERSION_RETIRED,
}
_FIXES = {
    OrgCode.LOGIN_REFUSED: (
        "Compare SALESFORCE_DOMAIN, SALESFORCE_CLIENT_ID and the secret or key with the app "
        f"({setup.APP_SETTINGS}); its flow has to be enabled and needs a user (Run As): {setup.APP}."
    ),
    OrgCode.SESSION_REFUSED: (
        f"The org's admin gives the user «API Enabled» ({setup.API_ENABLED}) and looks at the policies: {setup.APP}."
    ),
    OrgCode.API_DISABLED: (
        f"The org's admin gives the user «API Enabled»: {setup.API_ENABLED}. The org's edition has to have the API."
    ),
    OrgCode.API_VERSION_RETIRED: "Set SALESFORCE_API_VERSION to a version that the org serves.",
}


def refused(error: CrmError) -> Section:
    """The section for an error that lets us see nothing at all. Raises it when it is one that passes by itself."""
    if error.scope is Scope.TRANSIENT:
        raise error
    code = _CODES.get(error.reason, OrgCode.ORG_REFUSED)
    return Section("connection", [Finding(code, error.message, _FIXES.get(code, ""))])


def check_version(version: str) -> Section:
    """A version that still works but not for long."""
    said = f"API version {version}: served by the org"
    if float(version) >= AGEING_BELOW:
        return Section(said)
    message = f"The API version {version} is among those that Salesforce retires next."
    return Section(
        said, [Finding(OrgCode.API_VERSION_AGEING, message, "Set SALESFORCE_API_VERSION to 66.0, or take it out.")]
    )
