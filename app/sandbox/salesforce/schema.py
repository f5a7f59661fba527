"""Objects and their fields, read from the tables in `objects/`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

TABLES = Path(__file__).parent / "objects"
LONG_TEXT = 255
"""A text area longer than this can be read but not searched for."""


@dataclass(frozen=True)
class Field:
    """A column of an object. The defaults are those of a plain optional custom text field."""

    name: str
    type: str = "string"
    label: str = ""
    length: int = 0
    in_bytes: bool = False
    """The length counts bytes of UTF-8, as that of a comment does."""
    required: bool = False
    createable: bool = True
    updateable: bool = True
    default: Any = None
    defaulted_on_create: bool = False
    picklist: tuple[str, ...] = ()
    restricted: bool = False
    references: tuple[str, ...] = ()
    relationship: str | None = None
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False
    write_only: bool = False
    """Takes a value but never has one: reading it gives null."""
    name_field: bool = False
    parent_copy: tuple[str, ...] = ()
    """A read-only copy of a parent's field: the reference here, the field there."""

    @property
    def custom(self) -> bool:
        return self.name.endswith("__c")

    @property
    def nillable(self) -> bool:
        return not (self.required or self.defaulted_on_create or self.type in ("boolean", "id"))

    @property
    def filterable(self) -> bool:
        return not self.write_only and not (self.type == "textarea" and self.length > LONG_TEXT)


@dataclass(frozen=True)
class SObject:
    """A table of the org."""

    name: str
    prefix: str
    label: str
    plural: str
    fields: Mapping[str, Field]
    createable: bool = True
    updateable: bool = True
    deletable: bool = True
    by_lower_name: Mapping[str, Field] = field(default_factory=dict, repr=False)

    def field(self, name: str) -> Field | None:
        """A field by its name in any case, as the API takes it."""
        return self.by_lower_name.get(name.lower())

    def parent(self, relationship: str) -> Field | None:
        """The reference field behind a relationship name: `Contact` for ContactId."""
        wanted = relationship.lower()
        return next((f for f in self.fields.values() if (f.relationship or "").lower() == wanted), None)

    def with_fields(self, fields: Mapping[str, Field]) -> "SObject":
        return replace(self, fields=fields, by_lower_name={n.lower(): f for n, f in fields.items()})


def make_field(name: str, settings: Mapping[str, Any]) -> Field:
    """A field from a row of a table; what follows from its name and type need not be written there."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in settings.items()}
    values.setdefault("label", _label(name))
    if values.get("type") in ("reference", "id"):
        values.setdefault("length", 18)
    if values.get("references"):
        values.setdefault("relationship", name[:-3] + "__r" if name.endswith("__c") else name.removesuffix("Id"))
    return Field(name=name, **values)


def load_schema() -> dict[str, SObject]:
    """All objects by name, each with the system fields that every object has."""
    system = _system()
    tables = (tomllib.loads(path.read_text("utf-8")) for path in sorted(TABLES.glob("[a-z]*.toml")))
    return {table["name"]: _object(table, system) for table in tables}


def custom_object(name: str, prefix: str, label: str) -> SObject:
    """An object of the org's own as it is when an admin has just made it."""
    owner = {"type": "reference", "references": ["Group", "User"], "defaulted_on_create": True}
    fields = {"Name": {"length": 80, "name_field": True}, "OwnerId": owner}
    return _object({"name": name, "prefix": prefix, "label": label, "plural": f"{label}s", "fields": fields}, _system())


def _system() -> dict[str, Any]:
    system: dict[str, Any] = tomllib.loads((TABLES / "_system.toml").read_text("utf-8"))["fields"]
    return system


def _object(table: dict[str, Any], system: dict[str, Any]) -> SObject:
    rows = {"Id": system["Id"], **table.pop("fields"), **system}
    fields = {name: make_field(name, row) for name, row in rows.items()}
    return SObject(fields=fields, **table).with_fields(fields)


def _label(name: str) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " "))
    return re.sub(r"\bId$", "ID", words)
