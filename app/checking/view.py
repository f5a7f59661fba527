"""What every check of a part of the org looks at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding
from app.checking.wishes import Wish
from app.crm.org import FieldInfo, ObjectInfo, Org


@dataclass(frozen=True)
class View:
    """The org as it was seen, what the rules want of it, and the names of the rules by their records' object."""

    org: Org
    wishes: Sequence[Wish]
    rules: Mapping[str, tuple[str, ...]]
    external_id_field: str

    def object_of(self, wish: Wish) -> ObjectInfo | None:
        """The wish's object, if our user sees it."""
        return self.org.objects.get(wish.object)

    def field_of(self, wish: Wish) -> FieldInfo | None:
        """The wish's field, if our user sees it."""
        info = self.object_of(wish)
        return info.field(wish.field) if info else None


def about(wish: Wish, code: OrgCode, message: str, fix: str = "") -> OrgFinding:
    """A finding on a field of rules."""
    return OrgFinding(code, message, fix, wish.field, wish.rules, wish.place)
