"""What the admins of an org do to it, one function each: so can the broken orgs of real life be made."""

from collections.abc import Callable, Mapping
from typing import Any

from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.grants import public_key_of
from app.sandbox.salesforce.ids import normalise
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.org import DEFAULTS
from app.sandbox.salesforce.saving import keys_of
from app.sandbox.salesforce.schema import Field
from app.sandbox.salesforce.sessions import NO_REST, VOID
from app.sandbox.salesforce.store import Record


class BadChangeError(ValueError):
    """What was asked for cannot be done to the org."""


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


def drop_field(instance: Instance, *, object: str, field: str) -> None:  # noqa: A002
    _override(instance, object, field, {"dropped": True}, must_exist=True)


def add_field(instance: Instance, *, object: str, field: str, **settings: Any) -> None:  # noqa: A002
    """A new field, or other properties for one that is there: type, length, required, unique, picklist …"""
    _override(instance, object, field, settings)


def require_field(instance: Instance, *, object: str, field: str) -> None:  # noqa: A002
    _override(instance, object, field, {"required": True}, must_exist=True)


def restrict_picklist(instance: Instance, *, object: str, field: str, values: list[str]) -> None:  # noqa: A002
    _override(instance, object, field, {"restricted": True, "picklist": values}, must_exist=True)


def rename_queue(instance: Instance, *, queue: str, name: str) -> None:
    record = _named(instance, "Group", queue)
    _edit(instance, record, {"Name": name, "DeveloperName": name.replace(" ", "_")})


def deactivate_user(instance: Instance, *, user: str) -> None:
    _edit(instance, _user(instance, user), {"IsActive": False})


def activate_user(instance: Instance, *, user: str) -> None:
    _edit(instance, _user(instance, user), {"IsActive": True})


def close_case(instance: Instance, *, case: str) -> None:
    found = _by_id_or(instance, "Case", "CaseNumber", case)
    _edit(instance, found, {"Status": "Closed", "IsClosed": True, "ClosedDate": stamp()})


def deactivate_record_type(instance: Instance, *, record_type: str) -> None:
    _edit(instance, _by_id_or(instance, "RecordType", "DeveloperName", record_type), {"IsActive": False})


def field_access(instance: Instance, *, user: str, object: str, field: str, access: str) -> None:  # noqa: A002
    """`none`, `read` or `edit` for one user."""
    _access(instance, "field_access", user, f"{object}.{_field(instance, object, field).name}", access)


def object_access(instance: Instance, *, user: str, object: str, access: str) -> None:  # noqa: A002
    _access(instance, "object_access", user, object, access)


def validation_rule(
    instance: Instance,
    *,
    object: str,  # noqa: A002
    message: str,
    when: str = "",
    field: str = "",
) -> None:
    """Refuse records for which `when` holds (a SOQL condition; without one: all records)."""
    rule = {"object": object, "message": message, "when": when, "field": field}
    instance.org.change(lambda s: s["validation_rules"].append(rule))


def duplicate_rule(
    instance: Instance,
    *,
    object: str = "Case",  # noqa: A002
    field: str = "SuppliedPhone",
    action: str = "alert",
) -> None:
    """Find records alike in one field: `alert` (allowSave gets past), `block`, or `off`."""
    if action not in ("alert", "block", "off"):
        raise BadChangeError("action is alert, block or off")
    rule = None if action == "off" else {"object": object, "field": field, "action": action}
    instance.org.change(lambda s: s.update(duplicate_rule=rule))


def assignment_rule(instance: Instance, *, queue: str | None, active: bool = True) -> None:
    """The queue that the rule gives Cases to; no queue: the org has no rule."""
    rule = None if queue is None else {"queue": queue, "active": active}
    instance.org.change(lambda s: s.update(assignment=rule))
    _edit(instance, instance.store.all("AssignmentRule")[0], {"Active": bool(rule and active)})


def jwt_key(instance: Instance, *, public_key: str) -> None:
    """Accept JWTs signed with the private part of this key; PEM, the key itself or its certificate."""
    try:
        pem = public_key_of(public_key)
    except ValueError:
        raise BadChangeError("public_key is neither a public key nor a certificate in PEM") from None
    instance.org.change(lambda s: s["public_keys"].append(pem))


def void_sessions(instance: Instance, *, rest_only: bool = False) -> None:
    """End all sessions; or leave them, but closed to the REST API."""
    instance.sessions.end_all(NO_REST if rest_only else VOID)


def setting(instance: Instance, **values: Any) -> None:
    """Numbers and switches: session_seconds, session_policy, login_limit, api_limit, supplied_updateable …"""
    unknown = set(values) - set(DEFAULTS)
    if unknown:
        raise BadChangeError(f"no such setting: {', '.join(sorted(unknown))}; there are {', '.join(DEFAULTS)}")
    instance.org.change(lambda s: s.update(values))


def _override(
    instance: Instance, object_name: str, field_name: str, values: dict[str, Any], *, must_exist: bool = False
) -> None:
    obj = instance.org.object(object_name)
    field = obj.field(field_name) if obj else None
    if obj is None or (must_exist and field is None):
        raise BadChangeError(f"the org has no {object_name}.{field_name}")
    path = f"{obj.name}.{field.name if field else field_name}"

    def edit(settings: dict[str, Any]) -> None:
        known = settings["fields"].get(path, {})
        settings["fields"][path] = {k: v for k, v in {**known, **values}.items() if k != "dropped" or v}

    _check_properties(values)
    instance.org.change(edit)
    for record in instance.store.all(obj.name):  # the indexes follow
        instance.store.save(record, keys_of(instance.org.objects[obj.name], record))


def _check_properties(values: Mapping[str, Any]) -> None:
    unknown = set(values) - set(Field.__dataclass_fields__) - {"dropped"}
    if unknown:
        raise BadChangeError(f"a field has no {', '.join(sorted(unknown))}")


def _access(instance: Instance, kind: str, user: str, path: str, access: str) -> None:
    if access not in ("none", "read", "edit"):
        raise BadChangeError("access is none, read or edit")
    user_id = _user(instance, user).id
    instance.org.change(lambda s: s[kind].setdefault(user_id, {}).update({path: access}))


def _field(instance: Instance, object_name: str, field_name: str) -> Field:
    obj = instance.org.object(object_name)
    field = obj.field(field_name) if obj else None
    if field is None:
        raise BadChangeError(f"the org has no {object_name}.{field_name}")
    return field


def _user(instance: Instance, name: str) -> Record:
    users = instance.store.all("User")
    for key in ("Id", "Username", "Alias", "CommunityNickname"):
        for user in users:
            if user.fields.get(key) == name:
                return user
    raise BadChangeError(f"the org has no user {name}")


def _named(instance: Instance, object_name: str, name: str) -> Record:
    return _by_id_or(instance, object_name, "Name", name)


def _by_id_or(instance: Instance, object_name: str, field: str, value: str) -> Record:
    full = normalise(value)
    for record in instance.store.all(object_name):
        if value == record.fields.get(field) or full == record.id:
            return record
    raise BadChangeError(f"the org has no {object_name} {value}")


def _edit(instance: Instance, record: Record, values: Mapping[str, Any]) -> None:
    """Change a record as an admin: no rule stands in the way."""
    record.fields.update(values, LastModifiedDate=stamp())
    instance.store.save(record, keys_of(instance.org.objects[record.object], record))


CHANGES: dict[str, Callable[..., None]] = {
    "drop-field": drop_field,
    "add-field": add_field,
    "require-field": require_field,
    "restrict-picklist": restrict_picklist,
    "rename-queue": rename_queue,
    "deactivate-user": deactivate_user,
    "activate-user": activate_user,
    "close-case": close_case,
    "deactivate-record-type": deactivate_record_type,
    "field-access": field_access,
    "object-access": object_access,
    "validation-rule": validation_rule,
    "duplicate-rule": duplicate_rule,
    "assignment-rule": assignment_rule,
    "jwt-key": jwt_key,
    "void-sessions": void_sessions,
    "setting": setting,
}
