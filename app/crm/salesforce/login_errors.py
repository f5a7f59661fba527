"""What the token endpoint says when it gives no token, as reasons with a fix."""

from app.crm.salesforce.errors import unreadable
from app.crm.salesforce.hosts import host_of
from app.crm.salesforce.http_session import REDIRECTS, redirected
from app.domain.errors import CrmError
from app.domain.reasons import Reason

_SETUP = "in the External Client App of the org"
_KEYS = "check SALESFORCE_CLIENT_ID and SALESFORCE_CLIENT_SECRET"

# By what the description says, since the code `invalid_grant` means a dozen things.
_BY_DESCRIPTION = {
    "no client credentials user": f"the flow has no user: set Run As {_SETUP}",
    "not supported on this domain": "SALESFORCE_DOMAIN has to be the org's own My Domain, not login or test",
    "hasn't approved": f"the user has not approved the app: pre-authorise it {_SETUP}",
    "audience": "SALESFORCE_DOMAIN does not belong to this kind of org",
    "ip restricted": f"this machine's address is not allowed: relax the IP restrictions {_SETUP}",
}
_BY_CODE = {
    "invalid_client": f"the client secret is wrong: {_KEYS}",
    "invalid_client_id": f"the client id is unknown: {_KEYS}",
    "invalid_grant": f"the app or its user may not log in: check the flow, its Run As user and the policies {_SETUP}",
    "unsupported_grant_type": f"the flow is not switched on: enable Client Credentials {_SETUP}",
    "inactive_user": f"the user of the flow is inactive: activate it or set another Run As {_SETUP}",
    "inactive_org": "the org is inactive or locked: ask Salesforce",
    "invalid_app_access": f"the user may not use the app: assign it by permission set {_SETUP}",
    "app_not_found": f"the app does not exist in this org: {_KEYS} and SALESFORCE_DOMAIN",
}
_PASSING = ("server_error", "temporarily_unavailable", "unknown_error")
# From this HTTP status on nothing was decided about us.
SERVER_ERROR = 500


def login_error(code: str | int | None, description: str, status: int) -> CrmError:
    """The error for a token that was not given. `code` is OAuth's `error`, or `status` when the answer was no JSON."""
    if status in REDIRECTS:
        return redirected(status, writes=False)
    said = description.lower()
    if "login rate exceeded" in said or str(code).upper() == "LOGIN_RATE_EXCEEDED":
        return CrmError(
            Reason.LOGIN_LIMIT,
            "Salesforce takes no more logins of this user for now (3,600 an hour). It passes within the hour; "
            "look for another program that uses the same user.",
            code="LOGIN_RATE_EXCEEDED",
        )
    if status >= SERVER_ERROR:
        return _no_answer(code or status)
    if isinstance(code, int) or code is None or "retry your request" in said or code in _PASSING:
        return _no_answer(code)
    fix = next((text for part, text in _BY_DESCRIPTION.items() if part in said), None)
    fix = fix or _BY_CODE.get(str(code), f"check the settings SALESFORCE_… and the app {_SETUP}")
    return CrmError(Reason.LOGIN_REFUSED, f"Salesforce refused the login ({code}): {fix}.", code=str(code))


def _no_answer(code: str | int | None) -> CrmError:
    if code == 200:
        return unreadable("login", outcome_unknown=False)
    if code in (300, 404):
        return CrmError(
            Reason.LOGIN_REFUSED,
            f"The login address answered {code} and no JSON: SALESFORCE_DOMAIN is not the domain of an org.",
            code=str(code),
        )
    return CrmError(
        Reason.CRM_UNAVAILABLE,
        f"Salesforce could not log us in just now ({code}). Nothing was written; try again later.",
        code=str(code),
    )


def wrong_instance(url: str) -> CrmError:
    """The login names an address for the org to which nothing may be sent."""
    host = host_of(url)
    return CrmError(
        Reason.LOGIN_REFUSED,
        f"The login gives an instance_url{f' at {host}' if host else ''} that is not wanted: wanted is an https "
        "address of Salesforce's own, such as https://acme.my.salesforce.com. Nothing was sent there. Look for a "
        "proxy between Ringback and Salesforce that changes answers.",
        code="instance_url",
    )
