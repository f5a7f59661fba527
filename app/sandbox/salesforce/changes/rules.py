"""Changes of the rules: validation, duplicates, assignment, logins."""

from typing import Any

from app.sandbox.salesforce.changes.lookup import BadChangeError
from app.sandbox.salesforce.changes.records import edit
from app.sandbox.salesforce.grants import public_key_of
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.org import DEFAULTS
from app.sandbox.salesforce.sessions import NO_REST, VOID


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
    edit(instance, instance.store.all("AssignmentRule")[0], {"Active": bool(rule and active)})


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
