"""The kinds of refs: for each the question to the org, and what to say when it has none or several."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

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
# A caller calls from their own telephone: neither the assistant's nor the fax is one of these.
PHONE_FIELDS = {"Contact": ("Phone", "MobilePhone", "HomePhone", "OtherPhone"), "Account": ("Phone",)}
# The kinds that are found by a telephone number, or by a field that the rule names.
CALLERS = ("contact", "account")
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
_SHOWN = 80


@dataclass(frozen=True)
class RefKind:
    """`soql` makes the query of a ref and the object that it stands in; nothing when no record can have such a name.

    `what` describes the ref in a sentence, after "no", "only an inactive" or "more than one": a name only where it is
    an admin's, else its shape. `mend` says what to do. `looked_in` is what the integration's user has to read.
    """

    reason: Reason
    soql: Callable[[Ref, str], str | None]
    what: Callable[[Ref, str], str]
    mend: str
    looked_in: str
    id_field: str = "Id"


def _queue(ref: Ref, object_name: str) -> str:
    return _QUEUE.format(object=quote(object_name), name=quote(ref.name))


def _record_type(ref: Ref, object_name: str) -> str:
    return _RECORD_TYPE.format(object=quote(object_name), name=quote(ref.name))


def _user(ref: Ref, _object: str) -> str:
    return _USER.format(field=_user_field(ref), name=quote(ref.name))


def _user_field(ref: Ref) -> str:
    return USER_FIELDS[ref.by or "nickname"]


def _caller(object_name: str) -> Callable[[Ref, str], str | None]:
    def soql(ref: Ref, _object: str) -> str | None:
        if ref.by is not None:
            return _ANYWHERE.format(object=object_name, anywhere=f"{ref.by} = {quote(ref.name)}")
        numbers = ",".join(quote(spelling) for spelling in spellings(ref.name))
        anywhere = " OR ".join(f"{field} IN ({numbers})" for field in PHONE_FIELDS[object_name])
        return _ANYWHERE.format(object=object_name, anywhere=anywhere) if numbers else None

    return soql


def _shown(ref: Ref) -> str:
    return f"with this name ({_shape(ref)})" if ref.of_caller else f'named "{mask_text(ref.name)[:_SHOWN]}"'


def _named_caller(object_name: str) -> Callable[[Ref, str], str]:
    return lambda ref, _: f"{object_name} with this {ref.by or 'telephone number'} ({_shape(ref)})"


def _shape(ref: Ref) -> str:
    return f"text of {len(ref.name)} characters"


KINDS = {
    "queue": RefKind(
        Reason.QUEUE_NOT_FOUND,
        _queue,
        lambda ref, of: f"queue {_shown(ref)} that takes {of} records",
        "Name one that does, or create it in Setup > Queues, with the object among its objects.",
        "QueueSobject and Group",
        id_field="QueueId",
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
}


def mistake(ref: Ref) -> str | None:
    """What is wrong with a ref that no query can be made of, since no rule but a mapper's code makes such."""
    if ref.kind not in KINDS:
        return f'unknown kind of reference "{ref.kind}"; known: {_list(KINDS)}'
    if ref.by is None or _is_way(ref.kind, ref.by):
        return None
    ways = f"a user is by {_list(USER_FIELDS)}, a contact or account by a field's API name, all else by its usual name"
    return f'{ref.kind} is not found by "{ref.by}"; {ways}'


def _is_way(kind: str, by: str) -> bool:
    if kind == "user":
        return by in USER_FIELDS
    return kind in CALLERS and re.fullmatch(FIELD_NAME, by, re.ASCII) is not None


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
