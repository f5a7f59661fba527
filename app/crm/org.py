"""An org as the user of the integration sees it: what `ringback check --crm` compares the rules with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.domain.errors import CrmError


@dataclass(frozen=True)
class FieldInfo:
    """A field of an object. `length` is 0 where the type has none; `digits` are those before the decimal point.

    `createable` is whether this user may set it in a new record, `updateable` in one that is there, `grantable` whether
    a permission set could give that.
    `values` are the active ones of a picklist, `targets` the objects that a reference may lead to.
    """

    name: str
    label: str
    type: str
    length: int = 0
    digits: int = 0
    createable: bool = True
    updateable: bool = True
    grantable: bool = True
    computed: bool = False
    required: bool = False
    restricted: bool = False
    values: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    external_id: bool = False
    unique: bool = False
    case_sensitive: bool = False


@dataclass(frozen=True)
class RecordTypeInfo:
    """A record type; `available` is whether this user may make records of it."""

    id: str
    name: str
    developer_name: str
    active: bool
    available: bool


@dataclass(frozen=True)
class ObjectInfo:
    """An object with the fields that this user sees."""

    name: str
    label: str
    plural: str
    createable: bool
    readable: bool
    fields: Mapping[str, FieldInfo] = field(default_factory=dict)
    record_types: tuple[RecordTypeInfo, ...] = ()

    def field(self, name: str) -> FieldInfo | None:
        """A field by its name in any case, as Salesforce takes it."""
        return next((one for one in self.fields.values() if one.name.lower() == name.lower()), None)


@dataclass(frozen=True)
class OrgQueue:
    """A queue, and the objects whose records it may own."""

    id: str
    name: str
    developer_name: str
    objects: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OrgUser:
    """A user, with the values that a rule may name one by."""

    id: str
    label: str
    active: bool
    keys: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wanted:
    """What to look at: these objects, all queues and the users that these names mean (by: names), if asked for."""

    objects: tuple[str, ...]
    users: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ids: frozenset[str] = frozenset()
    queues: bool = False


@dataclass(frozen=True)
class Org:
    """What was seen. What could not be looked at is in `refused`, by the name of its object, with what the CRM said.

    `user` is who we are there, where the org lets us know. `calls` counts the API calls that the look took.
    """

    name: str
    user: str | None
    objects: Mapping[str, ObjectInfo]
    queues: tuple[OrgQueue, ...] = ()
    users: tuple[OrgUser, ...] = ()
    assignment_rules: tuple[str, ...] = ()
    refused: Mapping[str, CrmError] = field(default_factory=dict)
    calls: int = 0
