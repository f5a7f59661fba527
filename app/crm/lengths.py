"""How Salesforce counts a text, how much of one its fields take, and how a text is cut to that.

It counts UTF-16 units: an emoji is two. A line break is two as well, since it is stored as CR and LF. A comment has
4,000 bytes of UTF-8. What an org counts in yet another way is cut once more when it is refused.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.domain.record import Record, Value

CUT_MARK = "…"
# So often one field of a record is cut; what is refused after that is not refused for its length.
MOST_CUTS = 4
# A letter with more marks on it than these is cut all the same.
_MOST_MARKS = 32
# Accents and signs that say how the character before them looks, skins, and what joins several to one.
_MARKS = frozenset({"Mn", "Mc", "Me", "Cf"})
_SKINS = "".join(map(chr, range(0x1F3FB, 0x1F400)))
_JOINER = "\u200d"
# Two of them are a flag.
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))
# What is worth nothing without its end: an address, a link, the id of a record; a choice or a number, by its field.
_ALL_OR_NOTHING = re.compile(r"[^\s@]+@[^\s@]+|\w+://\S+|(?=\D*\d)[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
_FIELDS_OF_SUCH = re.compile(r"origin|priority|reason|status|type|.*(?:id|email|phone|mobile|fax)(?:__c)?", re.I)
# The caller's words, and all that is left out of other fields.
_ALWAYS_CUT = frozenset({"subject", "description"})


@dataclass(frozen=True)
class Limit:
    """How much a field takes: `most` UTF-16 units, or bytes of UTF-8."""

    most: int
    in_bytes: bool = False

    def size(self, text: str) -> int:
        """How long the text is in Salesforce."""
        plain = _with_plain_breaks(text)
        if self.in_bytes:
            return len(plain.encode("utf-8", "surrogatepass")) + plain.count("\n")
        return len(plain.encode("utf-16-le", "surrogatepass")) // 2 + plain.count("\n")

    def fits(self, text: str) -> bool:
        """Whether a field with this limit takes the text."""
        return self.size(text) <= self.most

    def beside(self, text: str) -> "Limit":
        """What is left for another text in the same field."""
        return replace(self, most=max(self.most - self.size(text), 0))

    def cut(self, text: str) -> str:
        """The text as far as it fits, with … where it was cut; never within what is read as one character."""
        plain = _with_plain_breaks(text).strip()
        if self.fits(plain):
            return text.strip()
        mark = CUT_MARK if self.size(CUT_MARK) < self.most else ""
        room = self.beside(mark).most
        end = bisect_right(range(len(plain)), room, key=lambda place: self.size(plain[:place])) - 1
        return plain[: _begin_of_character(plain, end)].rstrip() + mark


COMMENT = Limit(4_000, in_bytes=True)
# Salesforce's field reference of Case. `Comments` becomes a comment.
LIMITS: Mapping[str, Limit] = {
    "Subject": Limit(255),
    "Description": Limit(32_000),
    "SuppliedName": Limit(80),
    "SuppliedCompany": Limit(80),
    "SuppliedPhone": Limit(40),
    "Comments": COMMENT,
}


def limit_of(name: str, length: int) -> Limit:
    """What a field of this length takes."""
    known = LIMITS.get(name)
    return known if known is not None and known.most <= length else Limit(length)


def fitted(record: Record, learned: Mapping[str, Limit] | None = None) -> Record:
    """The record with its texts cut to what their fields take, as far as that is known or was `learned`."""
    limits = {**LIMITS, **(learned or {})}
    texts = {name: value for name, value in record.fields.items() if name in limits and isinstance(value, str)}
    short = {name: limits[name].cut(text) for name, text in texts.items() if not limits[name].fits(text)}
    if not short:
        return record
    cut = {name: len(texts[name]) for name, text in short.items() if text != texts[name].strip()}
    return replace(record, fields={**record.fields, **short}, cut={**record.cut, **cut})


def tighter(text: str, named: int) -> Limit:
    """How to cut a text that was refused as longer than `named`; that is 0 where it was not said."""
    for limit in (Limit(named), Limit(named, in_bytes=True)):
        if named and not limit.fits(text):
            return limit
    # The org counts in a way of its own: a rich text, for one, as HTML.
    return Limit(max(1, limit.size(text) // (2 if named else 4)), in_bytes=True)


def may_be_cut(name: str, value: Value) -> bool:
    """Whether the field holds a text of which a part is worth something."""
    if not isinstance(value, str):
        return False
    if name.lower() in _ALWAYS_CUT:
        return True
    return not (_FIELDS_OF_SUCH.fullmatch(name) or _ALL_OR_NOTHING.fullmatch(value.strip()) or _number(value))


def _number(text: str) -> bool:
    """Whether it is a number or a date, with at most a few words such as `ext.`."""
    return sum(map(str.isdigit, text)) > sum(map(str.isalpha, text))


def _with_plain_breaks(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _begin_of_character(text: str, end: int) -> int:
    """The last place up to `end` where a character begins."""
    places = range(end, max(end - _MOST_MARKS, 0), -1)
    return next((place for place in places if not _goes_on(text, place)), end)


def _goes_on(text: str, place: int) -> bool:
    """Whether what stands at this place belongs to the character before it."""
    before, after = text[:place], text[place : place + 1]
    if not after:
        return False
    if after in _FLAG_LETTERS:
        return (len(before) - len(before.rstrip(_FLAG_LETTERS))) % 2 == 1
    return before.endswith(_JOINER) or after in _SKINS or unicodedata.category(after) in _MARKS
