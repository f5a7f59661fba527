"""Whether the queues, users and record types that rules name are there, and can be used."""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import TypeVar

from app.checking.codes import OrgCode
from app.checking.findings import Flaw
from app.checking.view import View
from app.crm.org import ObjectInfo, OrgQueue, OrgUser, RecordTypeInfo
from app.crm.salesforce import setup
from app.domain.record import Ref

DEFAULT_KEY = "nickname"

Record = TypeVar("Record", OrgQueue, OrgUser, RecordTypeInfo)


def check_queue(view: View, info: ObjectInfo, ref: Ref) -> Flaw | None:
    """The queue with this name or developer name; only one that can own the object is meant."""
    name = ref.name.lower()
    named = [one for one in view.org.queues if name in (one.name.lower(), one.developer_name.lower())]
    able = [one for one in named if info.name in one.objects]
    if not named:
        near = get_close_matches(ref.name, [one.name for one in view.org.queues], n=1)
        meant = f' Did you mean "{near[0]}"?' if near else ""
        fix = (
            f"Name a queue of the org in the rule, or its admin creates it with {info.label} as a supported object: "
            f"{setup.QUEUES} > New."
        )
        return OrgCode.QUEUE_NOT_FOUND, f'The org has no queue "{ref.name}".{meant}', fix
    if len(able) > 1:
        said = f'The org has {len(able)} queues named "{ref.name}" that can own a {info.label}.'
        names = ", ".join(one.developer_name for one in able)
        return OrgCode.QUEUE_NAMED_TWICE, said, f"Name it by its developer name ({names}) in the rule."
    return None if able else _unusable_queue(info, named[0])


def check_user(view: View, _info: ObjectInfo, ref: Ref) -> Flaw | None:
    """The user with this name."""
    by = ref.by or DEFAULT_KEY
    found = [one for one in view.org.users if one.keys.get(by, "").lower() == ref.name.lower()]
    named = f'whose {by.replace("_", " ")} is "{ref.name}"'
    if not found:
        fix = f"Correct the name in the rule, or the org's admin sets it: {setup.USERS}."
        return OrgCode.USER_NOT_FOUND, f"The org has no user {named}.{_other_key(view, ref)}", fix
    if len(found) > 1:
        fix = "Name the user by something else, such as `by: username`."
        return OrgCode.USER_NAMED_TWICE, f"The org has {len(found)} users {named}.", fix
    return _inactive_user(found[0])  # nobody who has left is found by name


def _other_key(view: View, ref: Ref) -> str:
    """By what the org has a user of this name, if not by what the rule says."""
    keys = {by for one in view.org.users for by, name in one.keys.items() if name.lower() == ref.name.lower()}
    return f" It has one whose {min(keys).replace('_', ' ')} is that: did you mean `by: {min(keys)}`?" if keys else ""


def check_record_type(view: View, info: ObjectInfo, ref: Ref) -> Flaw | None:
    """The record type with this name or developer name."""
    name = ref.name.lower()
    named = [one for one in info.record_types if name in (one.name.lower(), one.developer_name.lower())]
    if named:
        return _unusable_record_type(view, info, named[0])
    near = get_close_matches(ref.name, [one.developer_name for one in info.record_types], n=1)
    said = f'{info.name} has no record type "{ref.name}".{f" Did you mean {near[0]}?" if near else ""}'
    fix = f"Correct the name in the rule, or the org's admin creates it: {setup.record_types(info)} > New."
    return OrgCode.RECORD_TYPE_NOT_FOUND, said, fix


def check_id(view: View, info: ObjectInfo, kind: str, record_id: str, *, owns: bool) -> Flaw | None:
    """The queue, user or record type (`kind`) with this id; `owns` says that it is to own the record."""
    if kind == "queue" and (queue := _with_id(view.org.queues, record_id)):
        return _unusable_queue(info, queue)
    if kind == "user" and (user := _with_id(view.org.users, record_id)):
        # Other fields may hold the id of someone who has left.
        return _inactive_user(user) if owns else None
    if kind == "record_type" and (record_type := _with_id(info.record_types, record_id)):
        return _unusable_record_type(view, info, record_type)
    code, whose, instead = _NO_SUCH_ID[kind]
    return code, f"{whose.format(object=info.name)} with the id {record_id}.", f"Correct the id in the rule{instead}."


_NO_SUCH_ID = {
    "queue": (OrgCode.QUEUE_NOT_FOUND, "The org has no queue", ", or name the queue"),
    "user": (OrgCode.USER_NOT_FOUND, "The org has no user", ""),
    "record_type": (
        OrgCode.RECORD_TYPE_NOT_FOUND,
        "{object} has no record type",
        ", or name the record type: {record_type: NAME}",
    ),
}


def _with_id(records: Sequence[Record], record_id: str) -> Record | None:
    return next((one for one in records if one.id[:15] == record_id[:15]), None)


def _unusable_queue(info: ObjectInfo, queue: OrgQueue) -> Flaw | None:
    if info.name in queue.objects:
        return None
    fix = f"The org's admin adds {info.label} to it: {setup.QUEUES} > {queue.name} > Edit > Supported Objects."
    return OrgCode.QUEUE_NOT_FOR_OBJECT, f'The queue "{queue.name}" cannot own a {info.label}.', fix


def _inactive_user(user: OrgUser) -> Flaw | None:
    if user.active:
        return None
    place = f"{setup.USERS} > {user.label} > Edit > Active"
    fix = f"Name another in the rule, or the org's admin activates it: {place}."
    return OrgCode.USER_INACTIVE, f"The user {user.label} is inactive.", fix


def _unusable_record_type(view: View, info: ObjectInfo, kind: RecordTypeInfo) -> Flaw | None:
    if not kind.active:
        said = f"The record type {kind.developer_name} of {info.name} is inactive."
        place = f"{setup.record_types(info)} > {kind.name}"
        fix = f"Name another in the rule, or the org's admin activates it: {place}."
        return OrgCode.RECORD_TYPE_INACTIVE, said, fix
    if not kind.available:
        said = setup.may_not(view.org.user, f"make records of the type {kind.developer_name}.")
        fix = f"The org's admin assigns it: {setup.object_access(info.plural)} > Record Type Assignments."
        return OrgCode.RECORD_TYPE_NOT_AVAILABLE, said, fix
    return None
