"""What people write in the place of a name that Ringback knows, by what they are used to."""

from collections.abc import Iterable, Mapping
from functools import partial

from app.mapping.problems import did_you_mean
from app.mapping.summary import FIELD_BY_PREFIX, OWNER

NAMES: Mapping[str, str] = {
    **dict.fromkeys(("phone", "telephone", "number", "telefon", "rufnummer", "callback", "to"), "callback_number"),
    **dict.fromkeys(("ani", "from", "anrufer", "caller_id", "callerid", "cli"), "caller"),
    **dict.fromkeys(("hotline", "called", "dnis", "called_number", "service"), "service_number"),
    **dict.fromkeys(("group", "queue", "acd_group", "team", "gruppe", "department"), "group_name"),
    **dict.fromkeys(("message", "text", "description", "reason", "comment", "notes", "voicemail"), "body"),
    **dict.fromkeys(("title", "betreff", "topic"), "subject"),
    **dict.fromkeys(("date", "time", "datetime", "timestamp", "datum", "created", "created_at"), "requested_at"),
    **dict.fromkeys(("now", "today"), "received_at"),
    **dict.fromkeys(("duration", "wait", "waiting", "wait_time", "waiting_time", "wartezeit"), "waited"),
    **dict.fromkeys(("agent", "user", "owner", "nickname"), "target_user"),
    **dict.fromkeys(("id", "event", "eventid"), "event_id"),
    **dict.fromkeys(("contact", "account", "contact_id", "record_id", "sfid"), "salesforce_id"),
    **dict.fromkeys(("tenant", "client", "mandant"), "source"),
}
WHEN = ("if", "condition", "conditions", "match", "filter", "where")
KINDS: Mapping[str, str] = {
    **dict.fromkeys(("group", "team", "owner", "acd_group", "warteschlange", "name"), "queue"),
    **dict.fromkeys(("agent", "person", "nickname", "alias", "username", "email"), "user"),
    **dict.fromkeys(("recordtype", "record-type", "type"), "record_type"),
    **dict.fromkeys(("phone", "caller", "person_account"), "contact"),
    **dict.fromkeys(("company", "customer"), "account"),
    **dict.fromkeys(("parent", "parent_case", "last_case", "case_by_number", "case"), "open_case"),
    **dict.fromkeys(("owner_of", "account_manager", "owner_of_account", "owner_from"), "account_owner"),
    **dict.fromkeys(("external_id", "foreign_key", "reference", "record", "related", "find"), "lookup"),
    **dict.fromkeys(("time", "timestamp"), "datetime"),
    **dict.fromkeys(("day",), "date"),
    **dict.fromkeys(("bool", "checkbox"), "boolean"),
    **dict.fromkeys(("int", "integer", "float", "decimal", "currency", "percent"), "number"),
    **dict.fromkeys(("map", "mapping", "values", "switch"), "table"),
}
USER_BY: Mapping[str, str] = {
    **dict.fromkeys(("nick", "nick_name", "name", "communitynickname", "spitzname"), "nickname"),
    **dict.fromkeys(("mail", "e-mail", "e_mail", "email_address"), "email"),
    **dict.fromkeys(("login", "user", "user_name"), "username"),
    **dict.fromkeys(("federation", "federationidentifier", "sso", "saml"), "federation_id"),
    **dict.fromkeys(("short", "kürzel", "initials"), "alias"),
}

_OBJECTS = ("Case", "Task", "Event", "Lead", "Contact", "Account", "Opportunity", "Contract", "Asset", "WorkOrder")
_OBJECTS_INSTEAD: Mapping[str, str] = {
    **dict.fromkeys(("aufgabe", "todo", "activity", "aktivität", "followup"), "Task"),
    **dict.fromkeys(("ticket", "vorgang", "fall", "kundenvorgang"), "Case"),
    **dict.fromkeys(("termin", "appointment", "meeting"), "Event"),
    **dict.fromkeys(("interessent",), "Lead"),
}


def object_meant(written: str) -> str:
    """`Task` for task, Tasks or Aufgabe; nothing for what may well be an object."""
    squeezed = _squeezed(written)
    alike = (name for name in _OBJECTS if squeezed in (name.lower(), f"{name.lower()}s"))
    near = next(alike, "") or _OBJECTS_INSTEAD.get(squeezed, "")
    return near if near != written else ""


REFERENCE: Mapping[str, str] = {
    **dict.fromkeys(("fallback", "else", "default", "or", "sonst", "if_none"), "otherwise"),
    **dict.fromkeys(("field", "key", "where", "through"), "by"),
}
# What Salesforce's pages call a Case's fields, in the words of the schema's keys.
LABELS: Mapping[str, str] = {
    "Case Origin": "Origin",
    "Case Owner": OWNER,
    "Case Reason": "Reason",
    "Case Record Type": "RecordTypeId",
    "Case Type": "Type",
    "Account Name": "AccountId",
    "Contact Name": "ContactId",
    "Internal Comments": "Comments",
    "Parent Case": FIELD_BY_PREFIX["500"],
    "Web Company": "SuppliedCompany",
    "Web Email": "SuppliedEmail",
    "Web Name": "SuppliedName",
    "Web Phone": "SuppliedPhone",
}
DUE: Mapping[str, str] = {
    **dict.fromkeys(("in", "hours", "office_hours", "working_in"), "within"),
    **dict.fromkeys(("working_hours", "working", "add", "after", "working_time"), "plus"),
    **dict.fromkeys(("not", "holidays", "without", "closed", "dates", "but"), "except"),
}


def meant(written: str, known: Iterable[str], instead: Mapping[str, str]) -> str:
    """`did you mean callback_number?`; nothing where nothing is near. Capitals and `_` do not tell names apart."""
    names = list(known)
    squeezed = _squeezed(written)
    alike = [name for name in names if _squeezed(name) == squeezed]
    # `callbacknumber` is nearer to the name that has no capitals.
    best = min(alike, key=partial(_farness, written), default=None)
    best = best or (instead.get(written.lower()) if instead.get(written.lower()) in names else None)
    return f"did you mean {best}?" if best else did_you_mean(written, names)


def _farness(written: str, name: str) -> tuple[bool, bool]:
    return "_" in written and "_" not in name, name.islower() != written.islower()


def _squeezed(name: str) -> str:
    return name.replace("_", "").replace("-", "").replace(" ", "").lower()
