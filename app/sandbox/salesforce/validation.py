"""The admins' validation rules: a condition in SOQL's words that must not hold, and what is said if it does."""

from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import SObject
from app.sandbox.salesforce.soql.conditions import Conditions
from app.sandbox.salesforce.soql.parser import parse_condition
from app.sandbox.salesforce.store import Store, StoredRecord


def check_validation_rules(org: SandboxOrg, store: Store, obj: SObject, record: StoredRecord) -> None:
    """Refuse a record for which a rule's condition holds; a rule without one refuses every record."""
    for rule in org["validation_rules"]:
        if rule["object"] != obj.name:
            continue
        when = rule.get("when")
        if not when or Conditions(org, store, obj, "").compile(parse_condition(when))(record):
            fields = [rule["field"]] if rule.get("field") else []
            raise error(400, "FIELD_CUSTOM_VALIDATION_EXCEPTION", rule["message"], fields)
