"""Who mends what, and where in Salesforce's Setup: the second half of what is said of an org."""

from collections.abc import Mapping

from app.crm.case import CASE, COMMENT
from app.crm.org import FieldInfo, ObjectInfo
from app.domain.reasons import Reason

PERMISSION_SET = "Ringback"
# Comments go with the permissions for Cases.
PLURALS = {CASE: "Cases", COMMENT: "Cases"}
DEPLOY = "deploy the metadata in salesforce/ (see its README), which makes it right"


def new_field(info: ObjectInfo) -> str:
    """Where a field is created."""
    # Tasks and Events have the fields of one's own together.
    label = "Activity" if info.name in ("Task", "Event") else info.label
    return f"Setup > Object Manager > {label} > Fields & Relationships > New"


def field_page(info: ObjectInfo, field: FieldInfo) -> str:
    """Where a field is changed."""
    label = "Activity" if info.name in ("Task", "Event") and field.name.endswith("__c") else info.label
    return f"Setup > Object Manager > {label} > Fields & Relationships > {field.label}"


def external_id(info: ObjectInfo, name: str) -> str:
    """Who makes the field that holds the external id, and how: the metadata that Ringback ships are of Cases."""
    if info.name == CASE:
        return f"The org's admin deploys the metadata in salesforce/ and assigns the permission set {PERMISSION_SET}."
    return (
        f"The org's admin makes the field {name} (Text, 80, Unique, case-sensitive, External ID): {new_field(info)}; "
        "and gives the user Edit Access to it."
    )


def field_access(info: ObjectInfo) -> str:
    """Where a user is given a field."""
    return f"{object_access(info.plural)} > Field Permissions"


def object_access(plural: str) -> str:
    """Where a user is given an object."""
    return f"Setup > Permission Sets > {PERMISSION_SET} > Object Settings > {plural}"


def record_types(info: ObjectInfo) -> str:
    """The record types of an object."""
    return f"Setup > Object Manager > {info.label} > Record Types"


def whom(user: str | None) -> str:
    """Whom a permission is given to."""
    return f"the user {user}" if user else "the user that Ringback logs in as"


def may_not(user: str | None, what: str) -> str:
    """The sentence's beginning for a permission that is missing."""
    who = whom(user)
    return f"{who[:1].upper()}{who[1:]} may not {what}"


QUEUES = "Setup > Queues"
USERS = "Setup > Users"
SUPPORT_SETTINGS = "Setup > Support Settings > Default Case Owner"
ASSIGNMENT_RULE = "AssignmentRule"
ASSIGNMENT_RULES = "Setup > Case Assignment Rules"
APP = "Setup > External Client App Manager > the app > Policies > OAuth Policies"
APP_SETTINGS = "Setup > External Client App Manager > the app > Settings > OAuth Settings"
API_ENABLED = f"Setup > Permission Sets > {PERMISSION_SET} > System Permissions > API Enabled"
MY_DOMAIN = "Setup > My Domain"
# Salesforce announces the end of a version of its API years ahead; these are the next to go (Summer '28).
AGEING_BELOW = 41.0
# What lets us see nothing at all, and who mends it.
CONNECTION: Mapping[Reason, str] = {
    Reason.LOGIN_REFUSED: (
        "Compare SALESFORCE_DOMAIN, SALESFORCE_CLIENT_ID and the secret or key with the app "
        f"({APP_SETTINGS}); its flow has to be enabled and needs a user (Run As): {APP}."
    ),
    Reason.SESSION_REFUSED: (
        f"The org's admin gives the user «API Enabled» ({API_ENABLED}) and looks at the policies: {APP}."
    ),
    Reason.API_DISABLED: (
        f"The org's admin gives the user «API Enabled»: {API_ENABLED}. The org's edition has to have the API."
    ),
    Reason.API_VERSION_RETIRED: "Set SALESFORCE_API_VERSION to a version that the org serves.",
}
