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


def how_to_make(info: ObjectInfo, name: str) -> str:
    """Who makes the field, and how: the metadata that Ringback ships are of Cases."""
    if info.name == "Case":
        return "The org's admin deploys the metadata in salesforce/ and assigns the permission set Ringback."
    return (
        f"The org's admin makes the field {name} (Text, 80, Unique, case-sensitive, External ID): Setup > Object "
        f"Manager > {info.label} > Fields & Relationships > New; and gives the user Edit Access to it."
    )
