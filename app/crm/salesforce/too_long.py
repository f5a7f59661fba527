"""Which fields of the record a refusal calls too long, and how much of each it names."""

import re
from collections.abc import Iterable, Mapping

from app.crm.lengths import LIMITS, Limit
from app.crm.salesforce.culprits import culprits
from app.crm.salesforce.faults import Fault
from app.crm.salesforce.sent import SentRecord

CODE = "STRING_TOO_LONG"
# `Subject: data value too large: … (max length=255)`, in the language of the user, where 32,000 may be written as such.
# It stands at the end: the text before it is the caller's, and may say anything.
_TAIL = 100
_LIMIT = re.compile(r"[(（][^()（）\d]*(\d[\d.,'’\s]*)[^()（）\d]*[)）]\W*(?:\[[\w, ]*\]\W*)?$")  # noqa: RUF001
_BEGIN = 40
_USUAL = {name.lower(): limit for name, limit in LIMITS.items()}


def too_long(faults: Iterable[Fault], sent: SentRecord) -> Mapping[str, int]:
    """The record's own names of these fields, each with the length that is named, or 0."""
    found: dict[str, int] = {}
    for fault in faults:
        if fault.code == CODE:
            limit = _limit(fault.message)
            found |= dict.fromkeys(_named(fault, sent, limit) or _guess(fault, sent, limit), limit)
    return found


def guessed(faults: Iterable[Fault], sent: SentRecord) -> frozenset[str]:
    """Those of them that no fault names, and whose text none quotes."""
    ours = [fault for fault in faults if fault.code == CODE]
    named = {name for fault in ours for name in _named(fault, sent, _limit(fault.message))}
    return frozenset(too_long(ours, sent)) - named


def _limit(message: str) -> int:
    named = _LIMIT.search(message[-_TAIL:])
    return int(re.sub(r"\D", "", named[1])) if named else 0


def _named(fault: Fault, sent: SentRecord, limit: int) -> list[str]:
    """By its name, its label, or its text."""
    named = list(culprits([fault], sent))
    if named or _means_another(fault, sent):
        return named
    longer = _longer(sent, limit)
    return _likely([name for name in longer if longer[name].strip()[:_BEGIN] in fault.message], longer)


def _guess(fault: Fault, sent: SentRecord, limit: int) -> list[str]:
    """All that are longer than it says, else the longest."""
    if _means_another(fault, sent):
        return []
    longer = _longer(sent, limit)
    likely = _likely(list(longer), longer)
    return likely if limit else sorted(likely, key=lambda name: len(longer[name]))[-1:]


def _means_another(fault: Fault, sent: SentRecord) -> bool:
    """Nothing of ours is too long if it means the external id."""
    return bool(fault.fields or (sent.external_id and sent.external_id in fault.message))


def _likely(names: list[str], texts: Mapping[str, str]) -> list[str]:
    """Those of them with more than a standard field takes in every org, or all if there are none."""
    return [name for name in names if not _is_usual(name, texts[name])] or names


def _longer(sent: SentRecord, limit: int) -> Mapping[str, str]:
    texts = {name: value for name, value in sent.fields.items() if isinstance(value, str)}
    return {name: text for name, text in texts.items() if not Limit(limit, in_bytes=True).fits(text)}


def _is_usual(name: str, text: str) -> bool:
    usual = _USUAL.get(name.lower())
    return usual is not None and usual.fits(text)
