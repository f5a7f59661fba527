"""Reads a query that anybody may have written."""

import re
from collections.abc import Container
from dataclasses import dataclass, field
from datetime import tzinfo

from werkzeug.datastructures import MultiDict

from app.console.callbacks.spans import moment
from app.ledger.tables import LARGEST_ID
from app.operations.ways import ListPlace

# Nobody needs more at once, and no database takes any number of them.
MOST_VALUES = 20
LONGEST = 200
_HASH = re.compile(r"[0-9a-f]{32}")
_PLACE = re.compile(r"(-?)([0-9]{1,12}(?:\.[0-9]{1,9})?)_([0-9]{1,19})", re.ASCII)


@dataclass
class QueryReading:
    """`unread` gathers the names of what was not understood."""

    query: MultiDict[str, str]
    unread: list[str] = field(default_factory=list)

    def several(self, name: str, known: Container[str] | None = None) -> tuple[str, ...]:
        """All values of a name, each once."""
        values = dict.fromkeys(value.strip() for value in self.query.getlist(name))
        values.pop("", None)
        read = [one for one in values if _is_text(one) and (known is None or one in known)][:MOST_VALUES]
        if len(read) < len(values):
            self.unread.append(name)
        return tuple(read)

    def only(self, name: str, known: Container[str] | None = None) -> str:
        """The last value of a name; nothing if there is none."""
        read = self.several(name, known)
        return read[-1] if read else ""

    def time(self, name: str, zone: tzinfo) -> str:
        """A time, as it is written."""
        written = self.only(name)
        try:
            return written if written and moment(written, zone) is not None else ""
        except (ValueError, OverflowError):
            self.unread.append(name)
            return ""

    def numbers(self) -> tuple[str, ...]:
        """Hashes of telephone numbers."""
        written = self.several("number")
        read = tuple(one for one in written if _HASH.fullmatch(one))
        if read != written:
            self.unread.append("number")
        return read

    def id(self, name: str) -> int | None:
        """The id of a row."""
        written = self.only(name)
        read = id_of(written)
        self.unread += [name] if written and read is None else []
        return read

    def place(self) -> tuple[ListPlace | None, bool]:
        """Where the page begins, and whether it is the one in front of that."""
        written = self.only("after")
        read = _PLACE.fullmatch(written)
        entry_id = id_of(read[3]) if read else None
        if read and entry_id is not None:
            return ListPlace(float(read[2]), entry_id), bool(read[1])
        self.unread += ["after"] if written else []
        return None, False


def id_of(written: str) -> int | None:
    """The id that is written, if it may be one."""
    # Python reads no endless one.
    digits = written.isascii() and written.isdecimal() and len(written) <= len(str(LARGEST_ID))
    return int(written) if digits and int(written) <= LARGEST_ID else None


def write_place(place: ListPlace, *, back: bool) -> str:
    """As `QueryReading.place` reads it."""
    # Exact: what came within the same moment is told apart by it.
    return f"{'-' if back else ''}{place.at!r}_{place.id}"


def _is_text(value: str) -> bool:
    # Not every database takes others.
    return len(value) <= LONGEST and value.isprintable()
