"""Fields that are set twice under names that Salesforce does not tell apart, and those that another object has."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.record import CASE
from app.mapping.codes import Code
from app.mapping.inherited import defaults_for, object_of
from app.mapping.problems import Finding, Path
from app.mapping.summary import FIELD_BY_PREFIX

# The id of the record behind these stands in a field of its own.
_LINKS = {name: f"{name}Id" for name in ("RecordType", "Owner", "Contact", "Account", "Parent", "Who", "What")}
_OF_CASES = ("Origin", "SuppliedPhone", "SuppliedName", "SuppliedEmail", "SuppliedCompany")
_OF_ACTIVITIES = {"ContactId": "WhoId", "AccountId": "WhatId", FIELD_BY_PREFIX["500"]: "WhatId"}
# Of fields of a Case, what another object has instead; nothing where it has none.
_INSTEAD: Mapping[str, Mapping[str, str]] = {
    "Task": {**dict.fromkeys(_OF_CASES, ""), **_OF_ACTIVITIES},
    "Event": {**dict.fromkeys(_OF_CASES, ""), **_OF_ACTIVITIES},
    "Lead": {
        "Origin": "LeadSource",
        "SuppliedPhone": "Phone",
        "SuppliedName": "LastName",
        "SuppliedEmail": "Email",
        "SuppliedCompany": "Company",
        "Subject": "Title",
        "ContactId": "",
        "AccountId": "",
    },
}


def check_fields(loaded: Mapping[str, Any]) -> Iterator[Finding]:
    """`subject` beside `Subject`, in a rule or between a rule and the defaults; `ContactId` of a Task."""
    defaults = loaded.get("defaults") or {}
    yield from _check(("defaults", "fields"), {}, defaults.get("fields_") or {})
    yield from _check_object(("defaults", "fields"), object_of({}, defaults), defaults.get("fields_") or {})
    for index, rule in enumerate(loaded.get("rules") or []):
        if isinstance(rule, dict):
            path, own = ("rules", index, "fields"), rule.get("fields_") or {}
            yield from _check(path, defaults_for(rule, defaults).get("fields_") or {}, own)
            yield from _check_object(path, object_of(rule, defaults), own)


def _check(path: Path, inherited: Mapping[str, Any], own: Mapping[str, Any]) -> Iterator[Finding]:
    known = {name.lower(): name for name in inherited}
    for name in own:
        other = known.setdefault(name.lower(), name)
        if other != name:
            said = f"Salesforce does not tell {name} from {other}, which is set, too: write {other}, or take one out"
            yield Finding((*path, name), Code.FIELD_TWICE, said)


def _check_object(path: Path, object_: str | None, own: Mapping[str, Any]) -> Iterator[Finding]:
    another = _INSTEAD.get(object_ or "", {})
    # An object of the org's own has none of them either, whatever it is.
    if object_ is not None and object_ != CASE and object_.endswith("__c"):
        another = dict.fromkeys(_OF_CASES, "")
    for name in own:
        if name in _LINKS:
            yield Finding((*path, name), Code.FIELD_ELSEWHERE, f"the id of the record stands in {_LINKS[name]}")
        elif name in another:
            wanted = f"write {another[name]}" if another[name] else "take it out"
            yield Finding(
                (*path, name), Code.FIELD_ELSEWHERE, f"{name} is a field of Cases, and not of {object_}: {wanted}"
            )
