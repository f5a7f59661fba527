"""What a field lacks that is to keep a second record with the same external id out."""

from enum import Enum

from app.crm.org import ObjectInfo


class Lack(Enum):
    """The value of a mark is Salesforce's name for it."""

    FIELD = "field"
    ACCESS = "access"
    EXTERNAL_ID = "External ID"
    UNIQUE = "Unique"


def lacks_of(info: ObjectInfo, name: str) -> list[Lack]:
    """What the object's field of this name lacks for our user; nothing may be created before it lacks nothing."""
    field = info.field(name)
    if field is None:
        return [Lack.FIELD]
    has = {Lack.ACCESS: field.createable, Lack.EXTERNAL_ID: field.external_id, Lack.UNIQUE: field.unique}
    return [lack for lack, there in has.items() if not there]
