"""Whether the users that rules name are there and active."""

from collections.abc import Iterator

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.case import OWNER
from app.crm.org import ObjectInfo, OrgUser
from app.crm.salesforce import setup
from app.crm.salesforce.refs.objects import LOOKED_IN
from app.domain.record import Ref

DEFAULT_KEY = "nickname"
_READ = set(LOOKED_IN["user"])


def check_user(view: View, wish: Wish, _info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    """The user with this name."""
    if _READ & set(view.org.refused):
        return  # told once for all
    by = ref.by or DEFAULT_KEY
    found = [one for one in view.org.users if one.keys.get(by, "").lower() == ref.name.lower()]
    label = by.replace("_", " ")
    if not found:
        yield about(
            wish,
            OrgCode.USER_NOT_FOUND,
            f'The org has no user whose {label} is "{ref.name}".',
            f"Correct the name in the rule, or the org's admin sets it: {setup.USERS}.",
        )
    elif len(found) > 1:
        yield about(
            wish,
            OrgCode.USER_NAMED_TWICE,
            f'The org has {len(found)} users whose {label} is "{ref.name}".',
            "Name the user by something else, such as `by: username`.",
        )
    else:
        yield from _active(wish, found[0])  # nobody who has left is found by name


def known_user(view: View, wish: Wish, record_id: str) -> Iterator[OrgFinding]:
    """The user with this id."""
    if _READ & set(view.org.refused):
        return
    user = next((one for one in view.org.users if one.id[:15] == record_id[:15]), None)
    if user is None:
        yield about(
            wish, OrgCode.USER_NOT_FOUND, f"The org has no user with the id {record_id}.", "Correct the id in the rule."
        )
    # Other fields may hold the id of someone who has left.
    elif wish.field.lower() == OWNER.lower():
        yield from _active(wish, user)


def _active(wish: Wish, user: OrgUser) -> Iterator[OrgFinding]:
    if not user.active:
        yield about(
            wish,
            OrgCode.USER_INACTIVE,
            f"The user {user.label} is inactive.",
            f"Name another in the rule, or the org's admin activates it: {setup.USERS} > {user.label} > Edit > Active.",
        )
