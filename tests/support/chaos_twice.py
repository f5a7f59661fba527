"""What may be in Salesforce once only, and what may be there twice where it is in doubt whose Case one is."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime

from app.delivery.case.whose import SUCCESSOR
from app.domain.reasons import Reason
from tests.support.chaos_found import Found, Row

# What an attempt ends with whose answer was lost.
LOST = {
    Reason.CRM_TIMEOUT.word,
    Reason.CRM_CONNECTION_LOST.word,
    Reason.CRM_UNAVAILABLE.word,
    Reason.CRM_ANSWER_UNREADABLE.word,
}
_MARK = re.compile(r"^\[Ringback \S+\] [0-9a-f]{32}$", re.MULTILINE)


def twice(found: Found) -> Iterator[str]:
    """Every promise of "once" that was broken, a line each."""
    yield from _cases(found)
    yield from _marks(found)
    yield from _texts(found)
    yield from _successors(found)


def doubled(found: Found) -> int:
    """How many texts are there once more than they were sent."""
    return sum(len(places) - 1 for _, places in found.repeated())


def _cases(found: Found) -> Iterator[str]:
    known = {row["external_id"] for row in found.entries}
    known |= {f"{row['external_id']}{SUCCESSOR}" for row in found.entries if row["turn"] == 1}
    for external_id, count in Counter(case["jtel_AcdEventsID__c"] for case in found.cases).items():
        if count > 1:
            yield f"{external_id} has {count} Cases"
        if found.durable and external_id not in known:
            yield f"{external_id} has a Case and is not in the ledger"


def _marks(found: Found) -> Iterator[str]:
    marks = Counter(mark for comment in found.comments for mark in _MARK.findall(comment["CommentBody"]))
    for mark, count in marks.items():
        if count > 1:
            yield f"{mark} stands in {count} comments"


def _texts(found: Found) -> Iterator[str]:
    """A text is in its Case and again in a comment only after an answer was lost, or the ledger was away."""
    count = doubled(found)
    if count > found.lost:
        for mark, places in found.repeated():
            yield f"{mark} is there {len(places)} times ({count} such, {found.lost} allowed): {', '.join(places)}"


def _successors(found: Found) -> Iterator[str]:
    """After an answer was lost the text goes to the Case that is there, even if that is closed."""
    for case in found.cases:
        entry = _entry_of(found, case["jtel_AcdEventsID__c"])
        if case["ParentId"] and entry is not None and entry["unknown"] and _made_after_a_loss(found, entry, case):
            yield f"{case['jtel_AcdEventsID__c']} succeeds {case['ParentId']} after an unknown outcome"


def _entry_of(found: Found, external_id: str) -> Row | None:
    own = (row for row in found.entries if row["external_id"] == external_id)
    first = (row for row in found.entries if f"{row['external_id']}{SUCCESSOR}" == external_id and row["turn"] == 1)
    return next(own, None) or next(first, None)


def _made_after_a_loss(found: Found, entry: Row, case: Row) -> bool:
    """Whether it was made in the very attempt that delivered it, after one whose answer was lost.

    What an attempt had made whose answer was lost is found by a later one.
    """
    created = datetime.fromisoformat(case["CreatedDate"]).timestamp()
    lost = False
    for line in (line for line in found.attempts if line["entry_id"] == entry["id"]):
        ended = line["started_at"] + line["ms"] / 1000
        if lost and line["outcome"] == "delivered" and line["started_at"] <= created <= ended:
            return True
        lost = lost or line["reason"] in LOST
    return False
