"""The kinds of refs: for each the question to the org, and what to say when it has none or several."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.crm.salesforce.refs.objects import CALLERS, LOOKUP, PHONE_FIELDS, PREFIXES
from app.crm.salesforce.refs.spellings import spellings
from app.crm.salesforce.soql import quote
from app.domain.reasons import Reason
from app.domain.record import FIELD_NAME, Ref
from app.observability.masking import mask_text

# How a user may be named, and the field of User that holds it.
USER_FIELDS = {
    "nickname": "CommunityNickname",
    "alias": "Alias",
    "federation_id": "FederationIdentifier",
    "username": "Username",
    "email": "Email",
}
# No field that names something holds more; a longer name could not be sent in a query's address.
LONGEST_NAME = 512
_QUEUE = (
    "SELECT QueueId FROM QueueSobject WHERE SobjectType = {object} "
    "AND (Queue.Name = {name} OR Queue.DeveloperName = {name}) LIMIT 3"
)
_RECORD_TYPE = (
    "SELECT Id, IsActive FROM RecordType WHERE SobjectType = {object} "
    "AND (Name = {name} OR DeveloperName = {name}) ORDER BY IsActive DESC LIMIT 3"
)
_USER = "SELECT Id, IsActive FROM User WHERE {field} = {name} ORDER BY IsActive DESC LIMIT 3"
_ANYWHERE = "SELECT Id FROM {object} WHERE {anywhere} LIMIT 3"
_OPEN_CASE = "SELECT Id FROM Case WHERE IsClosed = false AND ({anywhere}) ORDER BY CreatedDate DESC, Id DESC LIMIT 1"
_OWNER = "SELECT Id, OwnerId, Owner.IsActive FROM Account WHERE {anywhere} LIMIT 3"
# Salesforce takes no OR around this, so it is a query of its own.
_OF_OTHERS = "Id IN (SELECT AccountId FROM {object} WHERE {anywhere})"
ID = "Id"
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?", re.ASCII)
_SHOWN = 80


@dataclass(frozen=True)
class RefRow:
    """What a row of a query tells: the record that was meant by `id`, what the ref becomes then, and if it may be."""

    meant: str
    id: str
    active: bool = True


def _read_row(row: Mapping[str, Any]) -> RefRow:
    return RefRow(str(row.get("Id")), str(row.get("Id")), row.get("IsActive") is not False)


def _read_queue(row: Mapping[str, Any]) -> RefRow:
    return RefRow(str(row.get("QueueId")), str(row.get("QueueId")))


def _read_owner(row: Mapping[str, Any]) -> RefRow:
    return RefRow(str(row.get("Id")), str(row.get("OwnerId")), (row.get("Owner") or {}).get("IsActive") is not False)


@dataclass(frozen=True)
class RefKind:
    """`queries` makes those of a ref and the object that it stands in; none when no record can have such a name.

    `what` describes the ref in a sentence, after "no", `inactive` or "more than one": a name only where it is an
    admin's, else its shape. `mend` says what to do. `looked_in` is what the integration's user has to read.
    `inactive_reason` is for what was found and may not be used. What is `usually_none` is left out without a word, and
    what `changes` while callbacks come is asked for each of them.
    """

    reason: Reason
    queries: Callable[[Ref, str], Sequence[str]]
    what: Callable[[Ref, str], str]
    mend: str
    looked_in: str
    read: Callable[[Mapping[str, Any]], RefRow] = _read_row
    inactive: str = "only an inactive"
    inactive_reason: Reason | None = None
    usually_none: bool = False
    changes: bool = False


def _queue(ref: Ref, object_name: str) -> Sequence[str]:
    return (_QUEUE.format(object=quote(object_name), name=quote(ref.name)),)


def _record_type(ref: Ref, object_name: str) -> Sequence[str]:
    return (_RECORD_TYPE.format(object=quote(object_name), name=quote(ref.name)),)


def _user(ref: Ref, _object: str) -> Sequence[str]:
    return (_USER.format(field=_user_field(ref), name=quote(ref.name)),)


def _user_field(ref: Ref) -> str:
    return USER_FIELDS[ref.by or "nickname"]


def _caller(object_name: str) -> Callable[[Ref, str], Sequence[str]]:
    def queries(ref: Ref, _object: str) -> Sequence[str]:
        anywhere = _equals(ref) if ref.by else _has_number(ref.name, PHONE_FIELDS[ref.kind][object_name])
        return (_ANYWHERE.format(object=object_name, anywhere=anywhere),) if anywhere else ()

    return queries


def _open_case(ref: Ref, _object: str) -> Sequence[str]:
    fields = PHONE_FIELDS[ref.kind]
    paths = (*fields["Case"], *(f"Contact.{name}" for name in fields["Contact"]))
    anywhere = _equals(ref) if ref.by else _has_number(ref.name, paths)
    return (_OPEN_CASE.format(anywhere=anywhere),) if anywhere else ()


def _account_owner(ref: Ref, _object: str) -> Sequence[str]:
    """By a number also that of an Account's Contact; by an id that of any record that belongs to an Account."""
    if ref.by == ID and (of_others := PREFIXES.get(ref.name[:3])) in ("Contact", "Case"):
        return (_OWNER.format(anywhere=_OF_OTHERS.format(object=of_others, anywhere=_equals(ref))),)
    if ref.by is not None:
        return (_OWNER.format(anywhere=_equals(ref)),)
    fields = PHONE_FIELDS[ref.kind]
    own, of_contacts = (_has_number(ref.name, fields[name]) for name in ("Account", "Contact"))
    if not own:
        return ()
    others = _OF_OTHERS.format(object="Contact", anywhere=of_contacts)
    return _OWNER.format(anywhere=own), _OWNER.format(anywhere=others)


def _lookup(ref: Ref, _object: str) -> Sequence[str]:
    return (_ANYWHERE.format(object=ref.object, anywhere=_equals(ref)),)


def _equals(ref: Ref) -> str:
    return f"{ref.by} = {ref.name if ref.is_number else quote(ref.name)}"


def _has_number(number: str, fields: Iterable[str]) -> str:
    """The condition that one of the fields has the number, however it was typed in; empty if it tells no caller."""
    numbers = ",".join(quote(spelling) for spelling in spellings(number))
    return " OR ".join(f"{field} IN ({numbers})" for field in fields) if numbers else ""


def _shown(ref: Ref) -> str:
    return f"with this name ({_shape(ref)})" if ref.of_caller else f'named "{mask_text(ref.name)[:_SHOWN]}"'


def _named_caller(object_name: str) -> Callable[[Ref, str], str]:
    return lambda ref, _: f"{object_name} with this {ref.by or 'telephone number'} ({_shape(ref)})"


def _looked_up(ref: Ref, _object: str) -> str:
    return f"{ref.object} with this {ref.by} ({_shape(ref)})"


def _shape(ref: Ref) -> str:
    return f"text of {len(ref.name)} characters"


KINDS = {
    "queue": RefKind(
        Reason.QUEUE_NOT_FOUND,
        _queue,
        lambda ref, of: f"queue {_shown(ref)} that takes {of} records",
        "Name one that does, or create it in Setup > Queues, with the object among its objects.",
        "QueueSobject and Group",
        read=_read_queue,
    ),
    "user": RefKind(
        Reason.USER_NOT_FOUND,
        _user,
        lambda ref, _: f"user with this {_user_field(ref)} ({_shape(ref)})",
        "Only an active user counts: mend the user in Setup > Users, or give the field an `otherwise`.",
        "User",
    ),
    "record_type": RefKind(
        Reason.RECORD_TYPE_NOT_FOUND,
        _record_type,
        lambda ref, of: f"record type of {of} {_shown(ref)}",
        "Only an active one counts: name one that is, or mend it in Setup > Object Manager.",
        "RecordType",
    ),
    "contact": RefKind(
        Reason.CONTACT_NOT_FOUND,
        _caller("Contact"),
        _named_caller("Contact"),
        "It is linked to none. Enter it at one Contact, or merge the doubles.",
        "Contact and the fields by which rules find one",
    ),
    "account": RefKind(
        Reason.ACCOUNT_NOT_FOUND,
        _caller("Account"),
        _named_caller("Account"),
        "It is linked to none. Enter it at one Account, or merge the doubles.",
        "Account and the fields by which rules find one",
    ),
    "open_case": RefKind(
        Reason.OPEN_CASE_NOT_FOUND,
        _open_case,
        _named_caller("open Case"),
        "Take the field out of `require`, or give it an `otherwise`.",
        "Case and Contact, and the fields by which rules find one",
        usually_none=True,
        changes=True,
    ),
    "account_owner": RefKind(
        Reason.ACCOUNT_NOT_FOUND,
        _account_owner,
        _named_caller("Account"),
        "Enter it at one Account, or give the field an `otherwise`; only an active owner counts.",
        "Account, Contact and the fields by which rules find one",
        read=_read_owner,
        inactive="only an inactive owner of the",
        inactive_reason=Reason.USER_NOT_FOUND,
    ),
    LOOKUP: RefKind(
        Reason.RECORD_NOT_FOUND,
        _lookup,
        _looked_up,
        "Enter it at one record, or give the field an `otherwise`.",
        "the object and the field by which the rule looks; if that holds numbers, write `value: {number: …}`",
    ),
}


def mistake(ref: Ref) -> str | None:
    """What is wrong with a ref that no query can be made of, since no rule but a mapper's code makes such."""
    if ref.kind not in KINDS:
        return f'unknown kind of reference "{ref.kind}"; known: {_list(KINDS)}'
    # It goes into a query without quotes.
    if ref.is_number and not _NUMBER.fullmatch(ref.name.strip()):
        return f"as a number to look for what is none ({_shape(ref)})"
    if ref.kind == LOOKUP:
        return None if _is_name(ref.object) and _is_name(ref.by) else "a lookup without the API names of object and by"
    if ref.by is None or _is_way(ref.kind, ref.by):
        return None
    ways = (
        f"a user is by {_list(USER_FIELDS)}, what is found by a number by a field's API name, all else by its usual "
        "name"
    )
    return f'{ref.kind} is not found by "{ref.by}"; {ways}'


def _is_way(kind: str, by: str) -> bool:
    return by in USER_FIELDS if kind == "user" else kind in CALLERS and _is_name(by)


def _is_name(text: str | None) -> bool:
    return text is not None and re.fullmatch(FIELD_NAME, text, re.ASCII) is not None


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
