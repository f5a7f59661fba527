"""What every check of a part of the org looks at."""

from collections.abc import Iterator, Mapping, Sequence
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

    def seen(self) -> Iterator[tuple[Wish, ObjectInfo, FieldInfo | None]]:
        """The wishes whose object our user sees, with the field if it is seen, too."""
        for wish in self.wishes:
            info = self.org.objects.get(wish.object)
            if info is not None:
                yield wish, info, info.field(wish.field)


def about(wish: Wish, code: OrgCode, message: str, fix: str = "") -> OrgFinding:
    """A finding on a field of rules."""
    return OrgFinding(code, message, fix, wish.field, wish.rules, wish.place)
