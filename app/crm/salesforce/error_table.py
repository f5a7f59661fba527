"""Salesforce's error codes and what they mean to us. Told by code; a few statuses mean something without one.

Sources: the REST guide's status codes, the StatusCode enumeration of the partner WSDL, and answers of real orgs that
public projects have published. A code may have several rows: the first whose `when` stands in the message counts.
"""

from dataclasses import dataclass

from app.domain.reasons import Reason


@dataclass(frozen=True)
class Row:
    """`message` may name {fields}, {setting} (the first of them in the rule), {said} (by Salesforce) and {code}."""

    reason: Reason
    message: str
    when: str = ""
    outcome_unknown: bool = False


_REFUSED = "Salesforce refused the record: "
_WAIT = " Nothing was written, and it passes: later the callback goes through."
# Read by jtel, which may send it again, and by the operator, whose Ringback does.
_AGAIN = " Trying again is safe: no second Case comes of it."

_LIMIT = Row(
    Reason.API_LIMIT,
    "The org has used up its API requests of the last 24 hours." + _WAIT + " See Setup > System Overview for who does.",
)
_BUSY = Row(Reason.CRM_BUSY, "Too many long requests run in the org at once." + _WAIT)
_LOCKED = Row(Reason.RECORD_LOCKED, "Somebody else is changing a record that the Case belongs to." + _WAIT)
# A trigger or flow passes on what it met, in an error of its own or as if a validation rule had said it.
_LOCK_SENTENCES = (
    "UNABLE_TO_LOCK_ROW",
    "unable to obtain exclusive access",
    "Record Currently Unavailable: The record",
)
_PASSING_INSIDE = (
    *(Row(_LOCKED.reason, _LOCKED.message, when=text) for text in _LOCK_SENTENCES),
    Row(Reason.CRM_BUSY, "A trigger or flow of the org ran out of time." + _WAIT, when="CPU time limit"),
    *(
        Row(Reason.CRM_BUSY, "A query of a trigger or flow ran out of time." + _WAIT, when=text)
        for text in ("QUERY_TIMEOUT", "request was running for too long")
    ),
)
# An author of a validation rule may have used these words.
_LOCKED_WORDS = Row(_LOCKED.reason, _LOCKED.message, when="Record Currently Unavailable")
_MAINTENANCE = Row(Reason.CRM_MAINTENANCE, "The org is in maintenance and takes no records." + _WAIT)
_DISABLED = Row(Reason.API_DISABLED, "The org's API is switched off ({code}). Its admin has to enable it.")
_STORAGE = Row(Reason.STORAGE_FULL, "The org is full ({code}). Its admin has to free or buy storage.")
_NO_ACCESS = Row(
    Reason.PERMISSION_MISSING,
    _REFUSED + "the user may not write it ({code}). Assign the permission set Ringback.",
)
_NOT_FOUND = Row(
    Reason.OBJECT_NOT_FOUND,
    "Salesforce does not know {object}, or the user may not see it ({code}). Check the rule's object and the "
    "permission set Ringback.",
)
_TRIGGER = Row(
    Reason.TRIGGER_FAILED,
    _REFUSED + "a trigger or flow of the org failed ({code}): «{said}». The org's admin has to mend it.",
)
_REFERENCE = Row(
    Reason.REFERENCE_NOT_FOUND,
    _REFUSED + "{fields} refers to something that does not exist or that the user may not see. If jtel sent it as "
    "SalesforceId, mend or share that record, or set `with: {{link: false}}`; else mend {setting} in the rule.",
)
_MALFORMED = Row(Reason.ID_MALFORMED, _REFUSED + "the id in {fields} is of another object or no id. Mend {setting}.")

# Limits of a whole transaction, which a trigger may tell of as if a validation rule had said it.
_LIMIT_INSIDE = tuple(
    Row(_TRIGGER.reason, _TRIGGER.message, when=text)
    for text in ("LimitException", "Too many ", "Apex heap size", "batch retries")
)

BY_CODE: dict[str, tuple[Row, ...]] = {
    "REQUIRED_FIELD_MISSING": (
        Row(Reason.REQUIRED_FIELD_MISSING, _REFUSED + "{fields} is required. Set {setting} in the rule."),
    ),
    "STRING_TOO_LONG": (
        Row(Reason.VALUE_TOO_LONG, _REFUSED + "the value of {fields} is too long. Shorten {setting} in the rule."),
    ),
    "INVALID_FIELD": (
        Row(
            Reason.FIELD_UNKNOWN,
            _REFUSED + "the org has no field {fields}, or the user may not see it. Mend {setting} in the rule, or "
            "create the field.",
        ),
    ),
    "INVALID_FIELD_FOR_INSERT_UPDATE": (
        Row(
            Reason.FIELD_NOT_WRITABLE,
            _REFUSED + "the user may not write {fields}. Grant it in the permission set, or take {setting} out of "
            "the rule.",
        ),
    ),
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST": (
        Row(
            Reason.PICKLIST_VALUE_REJECTED,
            _REFUSED + "{fields} is a restricted picklist without this value. Use one of its values in {setting} "
            "of the rule, or add it to the picklist.",
        ),
    ),
    "INVALID_EMAIL_ADDRESS": (Row(Reason.VALUE_INVALID, _REFUSED + "{fields} is no e-mail address."),),
    "INVALID_TYPE_ON_FIELD_IN_RECORD": (
        Row(
            Reason.VALUE_INVALID,
            _REFUSED + "the value of {fields} has the wrong type. Mend {setting} in the rule.",
        ),
    ),
    "NUMBER_OUTSIDE_VALID_RANGE": (Row(Reason.VALUE_INVALID, _REFUSED + "the number in {fields} is out of range."),),
    "JSON_PARSER_ERROR": (
        Row(
            Reason.VALUE_INVALID,
            _REFUSED + "the value of {fields} has the wrong type. Compare {setting} of the rule with the org.",
        ),
    ),
    "FIELD_INTEGRITY_EXCEPTION": (
        Row(
            Reason.VALUE_INVALID,
            _REFUSED + "the value of {fields} does not fit the org's data. Mend {setting} in the rule.",
        ),
    ),
    "FIELD_FILTER_VALIDATION_EXCEPTION": (
        Row(
            Reason.VALUE_INVALID,
            _REFUSED + "the lookup filter of {fields} excludes this record. Mend {setting} in the rule, or the filter.",
        ),
    ),
    "MALFORMED_ID": (_MALFORMED,),
    "INVALID_ID_FIELD": (_MALFORMED,),
    "INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD": (_MALFORMED,),
    "INVALID_CROSS_REFERENCE_KEY": (_REFERENCE,),
    "ENTITY_IS_DELETED": (
        Row(Reason.RECORD_DELETED, _REFUSED + "the record that it is linked to has been deleted in Salesforce."),
    ),
    "DUPLICATES_DETECTED": (
        Row(
            Reason.DUPLICATE_RULE,
            _REFUSED + "a duplicate rule of the org blocks it. Let the rule allow records of this user.",
        ),
    ),
    "DUPLICATE_VALUE": (
        Row(
            Reason.DUPLICATE_VALUE,
            _REFUSED + "another record has the same value in a unique field. Take that field out of the rule.",
        ),
    ),
    "FIELD_CUSTOM_VALIDATION_EXCEPTION": (
        *_PASSING_INSIDE,
        *_LIMIT_INSIDE,
        Row(
            Reason.VALIDATION_RULE,
            _REFUSED
            + "a validation rule of the org says «{said}». Set the field in the rule, or change the validation.",
        ),
    ),
    "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY": (
        *_PASSING_INSIDE,
        _LOCKED_WORDS,
        _TRIGGER,
    ),
    "CANNOT_EXECUTE_FLOW_TRIGGER": (*_PASSING_INSIDE, _LOCKED_WORDS, _TRIGGER),
    "UNABLE_TO_LOCK_ROW": (_LOCKED,),
    "INSUFFICIENT_ACCESS": (_NO_ACCESS,),
    "INSUFFICIENT_ACCESS_OR_READONLY": (_NO_ACCESS,),
    "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY": (_REFERENCE,),
    "INACTIVE_OWNER_OR_USER": (
        Row(Reason.OWNER_INACTIVE, _REFUSED + "its owner is inactive. Name another in fields.OwnerId of the rule."),
    ),
    "INVALID_OPERATION": (
        Row(
            Reason.QUEUE_NOT_FOUND,
            _REFUSED + "the queue in {fields} does not take such records. Add the object in Setup > Queues, or name "
            "another in {setting} of the rule.",
            when="Queue not associated",
        ),
    ),
    "INVALID_ASSIGNMENT_RULE": (
        Row(Reason.ASSIGNMENT_RULE_INVALID, _REFUSED + "the org's assignment rule does not exist or is inactive."),
    ),
    "NOT_FOUND": (_NOT_FOUND,),
    "INVALID_TYPE": (_NOT_FOUND,),
    "UNSUPPORTED_API_VERSION": (
        Row(
            Reason.API_VERSION_RETIRED,
            "Salesforce has retired this version of its API. Set SALESFORCE_API_VERSION to a current one.",
        ),
    ),
    "API_DISABLED_FOR_ORG": (_DISABLED,),
    "API_CURRENTLY_DISABLED": (_MAINTENANCE,),
    "STORAGE_LIMIT_EXCEEDED": (_STORAGE,),
    "LIMIT_EXCEEDED": (
        *_LIMIT_INSIDE,
        Row(
            Reason.STORAGE_FULL,
            "The org has reached one of its limits ({code}). Its admin has to raise it or make room.",
        ),
    ),
    "REQUEST_LIMIT_EXCEEDED": (
        Row(_BUSY.reason, _BUSY.message, when="Concurrent"),
        _LIMIT,
    ),
    "TXN_SECURITY_METERING_ERROR": (_BUSY,),
    "QUERY_TIMEOUT": (Row(_BUSY.reason, "A query took Salesforce too long ({code})." + _WAIT),),
    "REQUEST_RUNNING_TOO_LONG": (Row(_BUSY.reason, "The request took Salesforce too long ({code})." + _WAIT),),
    "SERVER_UNAVAILABLE": (
        Row(Reason.CRM_UNAVAILABLE, "Salesforce is not available just now ({code})." + _AGAIN, outcome_unknown=True),
    ),
    "UNKNOWN_EXCEPTION": (
        Row(Reason.CRM_UNAVAILABLE, "Salesforce met an unexpected error of its own ({code})." + _AGAIN, "", True),
    ),
    "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE": (_MAINTENANCE,),
    "ORG_IN_MAINTENANCE": (_MAINTENANCE,),
    "FUNCTIONALITY_TEMPORARILY_UNAVAILABLE": (_MAINTENANCE,),
    "INVALID_SESSION_ID": (
        Row(
            Reason.SESSION_REFUSED,
            "Salesforce gives us a session and then refuses it. Check that the user has «API Enabled», and the app's "
            "policies and IP restrictions.",
        ),
    ),
    "INVALID_AUTH_HEADER": (
        Row(Reason.SESSION_REFUSED, "Salesforce does not take our session ({code}). Check the app's policies."),
    ),
}

VERSION_RETIRED = BY_CODE["UNSUPPORTED_API_VERSION"][0]
# A record's own result with a code that a later release brings.
REFUSED = Row(Reason.CRM_REFUSED, _REFUSED + "it says {code}: «{said}». Look the code up in Salesforce's REST guide.")
FAILED = Row(Reason.CRM_UNAVAILABLE, "Salesforce failed to answer ({code})." + _AGAIN, outcome_unknown=True)
# Any other answer that is not understood: of a proxy, of Salesforce's edge, of the org as a whole.
NOT_UNDERSTOOD = Row(
    Reason.CALL_REFUSED,
    "The whole call was refused ({code}), by Salesforce or by a proxy before it; nothing was said of this record. If "
    "it stays, look for a proxy or firewall in between, and the code up in Salesforce's REST guide.",
)
SEVERAL = Row(
    Reason.SEVERAL_RECORDS,
    "Several records have this external id: the field is not unique. Make it unique and delete the doubles.",
)
# What these say without a code that we know.
BY_STATUS: dict[int, Row] = {
    406: Row(Reason.CRM_UNAVAILABLE, "Salesforce's edge could not take the call ({code})." + _WAIT),
    420: Row(Reason.CRM_UNAVAILABLE, "Salesforce's edge could not take the call ({code})." + _WAIT),
    429: Row(Reason.CRM_BUSY, "Salesforce asks us to slow down ({code})." + _WAIT),
}
