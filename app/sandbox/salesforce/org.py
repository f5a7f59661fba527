"""The org as its admins have made it: the schema, what they changed in it, and who may see what."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from app.sandbox.salesforce.schema import Field, SObject, custom_object, load_schema, make_field
from app.sandbox.salesforce.store import Store

DEFAULTS: Mapping[str, Any] = {
    "objects": {},  # {"Contract__c": "Contract"}: the objects of its own, with their labels
    "fields": {},  # {"Case.Subject": {"required": true}, "Case.Origin": {"dropped": true}}
    "field_access": {},  # {user id: {"Case.Subject": "none" | "read"}}
    "object_access": {},  # {user id: {"Case": "none" | "read"}}
    "record_type_access": {},  # {user id: {record type id: false}}
    "validation_rules": [],  # [{"object", "when", "message", "field"}]
    "duplicate_rule": None,  # {"object", "field", "action": "alert" | "block"}
    "assignment": {"queue": "Default Case Queue", "active": True},  # None: the org has no rule
    "default_case_owner": "Default Case Queue",
    "duplicate_result_key": "duplicateResut",  # as live answers of v54 and v56 misspell it; others say Result
    "supplied_updateable": True,
    "session_seconds": 7200.0,
    "session_policy": "new",  # "shared": a login hands out the living session; "single": it voids older ones
    "login_limit": 3600,
    "api_limit": 15000,
    "public_keys": [],
}
"""Every setting with its value in a fresh org."""


class SandboxOrg:
    """Reads are served from memory; `change` is the one way to alter the org, and is written through."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._base = load_schema()
        self.load()

    def load(self) -> None:
        """Take the org as it is stored (at the start, and after the store was emptied)."""
        self._settings = {**copy.deepcopy(dict(DEFAULTS)), **(self._store.read_setting("org") or {})}
        self.objects = {name: self._effective(o) for name, o in {**self._base, **self._own()}.items()}
        self._by_lower_name = {name.lower(): o for name, o in self.objects.items()}
        self._by_prefix = {o.prefix: o for o in self.objects.values()}

    def __getitem__(self, name: str) -> Any:
        return self._settings[name]

    @property
    def settings(self) -> dict[str, Any]:
        return copy.deepcopy(self._settings)

    def change(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Apply an edit to the settings, keep it, and let it take effect."""
        with self._store.transaction():
            settings = self.settings
            edit(settings)
            self._store.write_setting("org", settings)
        self.load()

    def object(self, name: str) -> SObject | None:
        """An object by its name in any case."""
        return self._by_lower_name.get(name.lower())

    def object_of(self, record_id: str) -> SObject | None:
        """The object an id belongs to, told by its prefix."""
        return self._by_prefix.get(record_id[:3])

    def visible(self, name: str, user_id: str) -> SObject | None:
        """An object as this user sees it: without the fields hidden from them, None when all of it is."""
        found = self.object(name)
        if found is None or self.object_access(found.name, user_id) == "none":
            return None
        access = self._settings["field_access"].get(user_id)
        if not access:
            return found
        return found.with_fields({n: f for n, f in found.fields.items() if access.get(f"{found.name}.{n}") != "none"})

    def object_access(self, object_name: str, user_id: str) -> str:
        """`edit`, `read` or `none`."""
        return str(self._settings["object_access"].get(user_id, {}).get(object_name, "edit"))

    def field_access(self, object_name: str, field: Field, user_id: str) -> str:
        """`edit`, `read` or `none`: what the user's profile and permission sets give."""
        access = self._settings["field_access"].get(user_id, {})
        return str(access.get(f"{object_name}.{field.name}", "edit"))

    def record_type_available(self, record_type_id: str, user_id: str) -> bool:
        """Whether the user may make records of this type."""
        return bool(self._settings["record_type_access"].get(user_id, {}).get(record_type_id, True))

    def _own(self) -> dict[str, SObject]:
        """The objects that an admin has made, and what may own their records."""
        labels = self._settings["objects"]
        own = {name: custom_object(name, f"a{place:02}", label) for place, (name, label) in enumerate(labels.items())}
        queues = self._base["QueueSobject"]
        kind = queues.fields["SobjectType"]
        kinds = replace(kind, picklist=(*kind.picklist, *own))
        return {**own, "QueueSobject": queues.with_fields({**queues.fields, "SobjectType": kinds})}

    def _effective(self, base: SObject) -> SObject:
        fields = dict(base.fields)
        for path, override in self._settings["fields"].items():
            object_name, _, name = path.partition(".")
            if object_name != base.name:
                continue
            if override.get("dropped"):
                fields.pop(name, None)
            elif name in fields:
                fields[name] = replace(fields[name], **_tuples(override))
            else:
                fields[name] = make_field(name, override)
        if base.name == "Case" and not self._settings["supplied_updateable"]:
            fields.update({n: replace(f, updateable=False) for n, f in fields.items() if "Supplied" in n})
        return base.with_fields(fields)


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
