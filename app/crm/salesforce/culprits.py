"""Which fields of the record a refusal means: without them Salesforce might take it."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from app.crm.salesforce.faults import Fault
from app.crm.salesforce.sent import SentRecord

# These say that an id leads nowhere; which one, they say by its field's label, by the id itself, or not at all.
_OF_IDS = frozenset(
    {
        "ENTITY_IS_DELETED",
        "INACTIVE_OWNER_OR_USER",
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY",
        "INVALID_CROSS_REFERENCE_KEY",
        "INVALID_CROSS_REFERENCE_TYPE_FOR_FIELD",
        "INVALID_ID_FIELD",
        "MALFORMED_ID",
    }
)
# Salesforce itself puts the label of the field before these. Triggers, flows and validation rules write as they like.
_LABELLED = _OF_IDS | {
    "FIELD_FILTER_VALIDATION_EXCEPTION",
    "FIELD_INTEGRITY_EXCEPTION",
    "INVALID_EMAIL_ADDRESS",
    "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
    "INVALID_TYPE_ON_FIELD_IN_RECORD",
    "NUMBER_OUTSIDE_VALID_RANGE",
    "STRING_TOO_LONG",
}
_OF_THE_OWNER = {"INACTIVE_OWNER_OR_USER": "", "INVALID_OPERATION": "Queue not associated"}
_ID = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?(?![A-Za-z0-9])")
_SIGNIFICANT = 15  # characters of an id: the other three only repeat their case
_CANNOT_READ = re.compile(r"from VALUE_\w+ value (.*) or request may be missing a required field")


def culprits(faults: Iterable[Fault], sent: SentRecord) -> tuple[str, ...]:
    """The record's own names of the fields that the faults mean; never the external id's."""
    return tuple(dict.fromkeys(name for fault in faults for name in _culprits_of(fault, sent)))


def _culprits_of(fault: Fault, sent: SentRecord) -> list[str]:
    if fault.code == "REQUIRED_FIELD_MISSING":
        return []  # it names what is not in the record
    if fault.fields:
        return _ours(fault.fields, sent)
    return _labelled(fault, sent) or _owner(fault, sent) or _by_id(fault, sent) or _by_value(fault, sent)


def _ours(names: Iterable[str], sent: SentRecord) -> list[str]:
    wanted = {name.casefold() for name in names}
    return [name for name in sent.fields if name.casefold() in wanted]


def _labelled(fault: Fault, sent: SentRecord) -> list[str]:
    """`Contact ID: id value of incorrect type`: the label that stands before the colon, where it is like the name."""
    if fault.code not in _LABELLED:
        return []
    label = _letters(fault.message.partition(":")[0])
    return [name for name in sent.fields if label in (_letters(name), _letters(sent.object + name))]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]", "", text.casefold().removesuffix("__c"))


def _owner(fault: Fault, sent: SentRecord) -> list[str]:
    said = _OF_THE_OWNER.get(fault.code)
    return [] if said is None or said not in fault.message else _ours(["OwnerId"], sent)


def _by_id(fault: Fault, sent: SentRecord) -> list[str]:
    if fault.code not in _OF_IDS:
        return []
    told = {found[:_SIGNIFICANT] for found in _ID.findall(fault.message)}
    ids = dict(_ids(sent))
    exact = [name for name, value in ids.items() if value[:_SIGNIFICANT] in told]
    # What was looked up was there some minutes ago at least.
    return exact or [name for name in ids if name not in sent.looked_up] or list(ids)


def _ids(sent: SentRecord) -> Iterator[tuple[str, str]]:
    for name, value in sent.fields.items():
        named = name.endswith("Id") or name in sent.looked_up
        if isinstance(value, str) and (named or (_ID.fullmatch(value) and re.search(r"\d", value))):
            yield name, value


def _by_value(fault: Fault, sent: SentRecord) -> list[str]:
    if fault.code != "JSON_PARSER_ERROR":
        return []
    found = _CANNOT_READ.search(fault.message)
    return [name for name, value in sent.fields.items() if _shown(value) == found[1]] if found else []


def _shown(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
