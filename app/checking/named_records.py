"""Whether the queues, users and record types that rules name are there, and can be used."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import TypeVar

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.case import OWNER
from app.crm.org import ObjectInfo, OrgQueue, OrgUser, RecordTypeInfo
from app.crm.salesforce import setup
from app.domain.record import Ref

DEFAULT_KEY = "nickname"

Record = TypeVar("Record", OrgQueue, OrgUser, RecordTypeInfo)


def check_queue(view: View, wish: Wish, info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    """The queue with this name or developer name; only one that can own the object is meant."""
    name = ref.name.lower()
    named = [one for one in view.org.queues if name in (one.name.lower(), one.developer_name.lower())]
    able = [one for one in named if info.name in one.objects]
    if not named:
        near = get_close_matches(ref.name, [one.name for one in view.org.queues], n=1)
        meant = f' Did you mean "{near[0]}"?' if near else ""
        yield about(
            wish,
            OrgCode.QUEUE_NOT_FOUND,
            f'The org has no queue "{ref.name}".{meant}',
            f"Name a queue of the org in the rule, or its admin creates it with {info.label} as a supported object: "
            f"{setup.QUEUES} > New.",
        )
    elif not able:
        yield from _usable_queue(wish, info, named[0])
    elif len(able) > 1:
        yield about(
            wish,
            OrgCode.QUEUE_NAMED_TWICE,
            f'The org has {len(able)} queues named "{ref.name}" that can own a {info.label}.',
            f"Name it by its developer name ({', '.join(one.developer_name for one in able)}) in the rule.",
        )


def check_user(view: View, wish: Wish, _info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    """The user with this name."""
    by = ref.by or DEFAULT_KEY
    found = [one for one in view.org.users if one.keys.get(by, "").lower() == ref.name.lower()]
    named = f'whose {by.replace("_", " ")} is "{ref.name}"'
    if not found:
        fix = f"Correct the name in the rule, or the org's admin sets it: {setup.USERS}."
        yield about(wish, OrgCode.USER_NOT_FOUND, f"The org has no user {named}.{_other_key(view, ref)}", fix)
    elif len(found) > 1:
        fix = "Name the user by something else, such as `by: username`."
        yield about(wish, OrgCode.USER_NAMED_TWICE, f"The org has {len(found)} users {named}.", fix)
    else:
        yield from _active_user(wish, found[0])  # nobody who has left is found by name


def _other_key(view: View, ref: Ref) -> str:
    """By what the org has a user of this name, if not by what the rule says."""
    keys = {by for one in view.org.users for by, name in one.keys.items() if name.lower() == ref.name.lower()}
    return f" It has one whose {min(keys).replace('_', ' ')} is that: did you mean `by: {min(keys)}`?" if keys else ""


def check_record_type(view: View, wish: Wish, info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    """The record type with this name or developer name."""
    name = ref.name.lower()
    named = [one for one in info.record_types if name in (one.name.lower(), one.developer_name.lower())]
    if named:
        yield from _usable_record_type(view, wish, info, named[0])
        return
    near = get_close_matches(ref.name, [one.developer_name for one in info.record_types], n=1)
    meant = f" Did you mean {near[0]}?" if near else ""
    yield about(
        wish,
        OrgCode.RECORD_TYPE_NOT_FOUND,
        f'{info.name} has no record type "{ref.name}".{meant}',
        f"Correct the name in the rule, or the org's admin creates it: {setup.record_types(info)} > New.",
    )


def check_id(view: View, wish: Wish, info: ObjectInfo, kind: str, record_id: str) -> Iterator[OrgFinding]:
    """The queue, user or record type (`kind`) with this id."""
    if kind == "queue" and (queue := _with_id(view.org.queues, record_id)):
        yield from _usable_queue(wish, info, queue)
    elif kind == "user" and (user := _with_id(view.org.users, record_id)):
        # Other fields may hold the id of someone who has left.
        if wish.field.lower() == OWNER.lower():
            yield from _active_user(wish, user)
    elif kind == "record_type" and (record_type := _with_id(info.record_types, record_id)):
        yield from _usable_record_type(view, wish, info, record_type)
    else:
        code, whose, instead = _NO_SUCH_ID[kind]
        message = f"{whose.format(object=info.name)} with the id {record_id}."
        yield about(wish, code, message, f"Correct the id in the rule{instead}.")


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


def _usable_queue(wish: Wish, info: ObjectInfo, queue: OrgQueue) -> Iterator[OrgFinding]:
    if info.name not in queue.objects:
        yield about(
            wish,
            OrgCode.QUEUE_NOT_FOR_OBJECT,
            f'The queue "{queue.name}" cannot own a {info.label}.',
            f"The org's admin adds {info.label} to it: {setup.QUEUES} > {queue.name} > Edit > Supported Objects.",
        )


def _active_user(wish: Wish, user: OrgUser) -> Iterator[OrgFinding]:
    if not user.active:
        yield about(
            wish,
            OrgCode.USER_INACTIVE,
            f"The user {user.label} is inactive.",
            f"Name another in the rule, or the org's admin activates it: {setup.USERS} > {user.label} > Edit > Active.",
        )


def _usable_record_type(view: View, wish: Wish, info: ObjectInfo, kind: RecordTypeInfo) -> Iterator[OrgFinding]:
    if not kind.active:
        yield about(
            wish,
            OrgCode.RECORD_TYPE_INACTIVE,
            f"The record type {kind.developer_name} of {info.name} is inactive.",
            f"Name another in the rule, or the org's admin activates it: {setup.record_types(info)} > {kind.name}.",
        )
    elif not kind.available:
        yield about(
            wish,
            OrgCode.RECORD_TYPE_NOT_AVAILABLE,
            setup.may_not(view.org.user, f"make records of the type {kind.developer_name}."),
            f"The org's admin assigns it: {setup.object_access(info.plural)} > Record Type Assignments.",
        )
