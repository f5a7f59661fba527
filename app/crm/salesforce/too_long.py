"""Which fields of the record a refusal calls too long, and how much of each it names."""

import re
from collections.abc import Iterable, Mapping

from app.crm.lengths import Limit
from app.crm.salesforce.culprits import culprits
from app.crm.salesforce.faults import Fault
from app.crm.salesforce.sent import Sent

CODE = "STRING_TOO_LONG"
# `Subject: data value too large: … (max length=255)`, in the language of the user, where 32,000 may be written as such.
# It stands at the end: the text before it is the caller's, and may say anything.
_TAIL = 100
_LIMIT = re.compile(r"[(（][^()（）\d]*(\d[\d.,'’\s]*)[^()（）\d]*[)）]\W*(?:\[[\w, ]*\]\W*)?$")  # noqa: RUF001
_BEGIN = 40


def too_long(faults: Iterable[Fault], sent: Sent) -> Mapping[str, int]:
    """The record's own names of these fields, each with the length that is named, or 0."""
    found: dict[str, int] = {}
    for fault in faults:
        if fault.code == CODE:
            limit = _limit(fault.message)
            found |= dict.fromkeys(_fields(fault, sent, limit), limit)
    return found


def _limit(message: str) -> int:
    named = _LIMIT.search(message[-_TAIL:])
    return int(re.sub(r"\D", "", named[1])) if named else 0


def _fields(fault: Fault, sent: Sent, limit: int) -> Iterable[str]:
    named = culprits([fault], sent)
    # Nothing of ours is too long if it means the external id.
    others = fault.fields or (sent.external_id and sent.external_id in fault.message)
    return named if named or others else _longer(fault, sent, limit)


def _longer(fault: Fault, sent: Sent, limit: int) -> list[str]:
    """It names no field: the one whose text it quotes, else all that are longer than it says, else the longest."""
    texts = {name: value for name, value in sent.fields.items() if isinstance(value, str)}
    longer = [name for name, text in texts.items() if not Limit(limit, in_bytes=True).fits(text)]
    quoted = [name for name in longer if texts[name].strip()[:_BEGIN] in fault.message]
    if quoted or limit:
        return quoted or longer
    return sorted(longer, key=lambda name: len(texts[name]))[-1:]
