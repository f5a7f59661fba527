"""Case assignment: who owns a Case when `Sforce-Auto-Assign` has its say."""

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.store import Store, StoredRecord

HEADER = "Sforce-Auto-Assign"


def assign(org: SandboxOrg, store: Store, call: ApiCall, record: StoredRecord) -> None:
    """Give a Case to the queue of the rule: by default on create and on update, whatever OwnerId was sent."""
    wish = (call.header(HEADER) or "TRUE").strip()
    if record.object != "Case" or wish.upper() == "FALSE":
        return
    chosen = wish.upper() != "TRUE"
    if chosen:
        _check_rule(store, wish)
    rule = org["assignment"]
    if rule is None:
        return
    # A rule that is not active assigns nobody, and then the org's default owner has it.
    queue = rule["queue"] if rule["active"] or chosen else org["default_case_owner"]
    record.fields["OwnerId"] = _queue_id(store, queue) or record.fields["OwnerId"]


def _check_rule(store: Store, rule_id: str) -> None:
    full = normalise(rule_id)
    rule = store.get(full) if full else None
    if rule is None or rule.object != "AssignmentRule" or rule.deleted:
        raise error(400, "INVALID_ASSIGNMENT_RULE", f"invalid assignment rule id: {rule_id}", [])


def _queue_id(store: Store, name: str) -> str | None:
    queues = (g for g in store.all("Group") if g.fields.get("Type") == "Queue")
    return next((g.id for g in queues if g.fields.get("Name") == name), None)
