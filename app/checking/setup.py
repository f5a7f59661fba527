"""Who mends what, and where in Salesforce's Setup: the second half of every finding."""

from app.crm.org import ObjectInfo

PERMISSION_SET = "Ringback"


def new_field(info: ObjectInfo) -> str:
    """Where a field is created."""
    return f"Setup > Object Manager > {info.label} > Fields & Relationships > New"


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
ASSIGNMENT_RULES = "Setup > Case Assignment Rules"
APP = "Setup > External Client App Manager > the app > Policies > OAuth Policies"
APP_SETTINGS = "Setup > External Client App Manager > the app > Settings > OAuth Settings"
API_ENABLED = f"Setup > Permission Sets > {PERMISSION_SET} > System Permissions > API Enabled"
