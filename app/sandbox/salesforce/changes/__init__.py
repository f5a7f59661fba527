"""What the admins of an org do to it, one function each: so can the broken orgs of real life be made."""

from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox.salesforce.changes import fields, objects, queues, records, rules
from app.sandbox.salesforce.changes.lookup import BadChangeError
from app.sandbox.salesforce.instance import Instance

__all__ = ["BadChangeError", "apply_change"]


CHANGES: dict[str, Callable[..., None]] = {
    "add-object": objects.add_object,
    "drop-field": fields.drop_field,
    "add-field": fields.add_field,
    "require-field": fields.require_field,
    "restrict-picklist": fields.restrict_picklist,
    "drop-picklist-value": fields.drop_picklist_value,
    "add-queue": queues.add_queue,
    "delete-queue": queues.delete_queue,
    "drop-queue-object": queues.drop_queue_object,
    "rename-queue": queues.rename_queue,
    "deactivate-user": records.deactivate_user,
    "activate-user": records.activate_user,
    "close-case": records.close_case,
    "deactivate-record-type": records.deactivate_record_type,
    "edit-record": records.edit_record,
    "field-access": fields.field_access,
    "object-access": fields.object_access,
    "record-type-access": fields.record_type_access,
    "validation-rule": rules.validation_rule,
    "duplicate-rule": rules.duplicate_rule,
    "assignment-rule": rules.assignment_rule,
    "jwt-key": rules.jwt_key,
    "void-sessions": rules.void_sessions,
    "setting": rules.setting,
}


def apply_change(instance: Instance, wish: Mapping[str, Any]) -> None:
    """Carry out `{"change": name, …}`."""
    values = dict(wish)
    name = str(values.pop("change", ""))
    if name not in CHANGES:
        raise BadChangeError(f"no such change: {name}; there are {', '.join(sorted(CHANGES))}")
    try:
        CHANGES[name](instance, **values)
    except TypeError as problem:
        raise BadChangeError(str(problem).replace("_", " ").strip()) from None
