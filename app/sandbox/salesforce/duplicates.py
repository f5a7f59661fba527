"""The org's duplicate rule, off until an admin switches it on."""

from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import Detail, SalesforceError
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.store import Store, StoredRecord

HEADER = "Sforce-Duplicate-Rule-Header"


def check_duplicates(org: SandboxOrg, store: Store, call: ApiCall, record: StoredRecord) -> None:
    """Refuse a record like an existing one; `allowSave=true` gets past a rule that only alerts."""
    rule = org["duplicate_rule"]
    if rule is None or rule["object"] != record.object or record.fields.get(rule["field"]) is None:
        return
    if rule["action"] == "alert" and call.options(HEADER).get("allowsave", "").lower() == "true":
        return
    matches = [r.id for r in store.all(record.object) if _same(r, record, rule["field"])]
    if matches:
        raise SalesforceError(400, _detail(rule, record.object, matches, org["duplicate_result_key"]))


def _same(other: StoredRecord, record: StoredRecord, field: str) -> bool:
    ours, theirs = record.fields.get(field), other.fields.get(field)
    return other.id != record.id and theirs is not None and str(ours).casefold() == str(theirs).casefold()


def _detail(rule: dict[str, Any], object_name: str, matches: list[str], key: str) -> Detail:
    records = [
        {
            "additionalInformation": [],
            "fieldDiffs": [],
            "matchConfidence": 100.0,
            "record": {"attributes": {"type": object_name}, "Id": record_id},
        }
        for record_id in matches
    ]
    result = {
        "allowSave": rule["action"] == "alert",
        "duplicateRule": f"Similar_{object_name}s",
        "duplicateRuleEntityType": object_name,
        "errorMessage": "Use one of these records?",
        "matchResults": [
            {
                "entityType": object_name,
                "errors": [],
                "matchEngine": "ExactMatchEngine",
                "matchRecords": records,
                "rule": f"Matching_{rule['field']}",
                "size": len(records),
                "success": True,
            }
        ],
    }
    return Detail("DUPLICATES_DETECTED", "Use one of these records?", None, {key: result})
