"""What an org says of its queues, users and assignment rules: the queries, and how their rows are read."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.crm.org import OrgQueue, OrgUser, Wanted
from app.crm.salesforce.refs.kinds import USER_FIELDS
from app.crm.salesforce.soql import quote

_QUEUES = "SELECT Id, Name, DeveloperName FROM Group WHERE Type = 'Queue'"
_QUEUE_OBJECTS = "SELECT QueueId, SobjectType FROM QueueSobject"
_USERS = "SELECT Id, Name, IsActive, {keys} FROM User WHERE {where}"
_RULES = "SELECT Name FROM AssignmentRule WHERE SobjectType = 'Case' AND Active = true"
_ORG = "SELECT Name FROM Organization"
OBJECTS = ("Organization", "AssignmentRule", "Group", "QueueSobject", "User")

Rows = Sequence[Mapping[str, Any]]


def queries(wanted: Wanted) -> dict[str, str]:
    """The SOQL by object, at most the five that Salesforce takes in one call."""
    asked = {"Organization": _ORG}
    if "Case" in wanted.objects:
        asked["AssignmentRule"] = _RULES
    if wanted.queues:
        asked |= {"Group": _QUEUES, "QueueSobject": _QUEUE_OBJECTS}
    if wanted.users or wanted.ids:
        keys = ", ".join(USER_FIELDS.values())
        asked["User"] = _USERS.format(keys=keys, where=_users_where(wanted))
    return asked


def _users_where(wanted: Wanted) -> str:
    parts = [f"{USER_FIELDS[by]} IN ({_listed(names)})" for by, names in wanted.users.items()]
    if wanted.ids:
        parts.append(f"Id IN ({_listed(wanted.ids)})")
    return " OR ".join(parts)


def _listed(names: frozenset[str]) -> str:
    return ", ".join(quote(name) for name in sorted(names))


def queues(groups: Rows, owned: Rows) -> tuple[OrgQueue, ...]:
    """The queues, each with the objects whose records it may own."""
    objects: dict[str, set[str]] = {}
    for row in owned:
        objects.setdefault(str(row.get("QueueId")), set()).add(str(row.get("SobjectType")))
    return tuple(
        OrgQueue(
            str(row.get("Id")),
            str(row.get("Name")),
            str(row.get("DeveloperName")),
            frozenset(objects.get(str(row.get("Id")), ())),
        )
        for row in groups
    )


def user(row: Mapping[str, Any]) -> OrgUser:
    """The user of a row."""
    keys = {by: str(row[field]) for by, field in USER_FIELDS.items() if row.get(field)}
    return OrgUser(str(row.get("Id")), str(row.get("Name")), bool(row.get("IsActive")), keys)
