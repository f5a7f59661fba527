"""Salesforce's record ids: 15 characters, whose case counts, and 3 more that say which of them are capitals."""

import re

_SHAPE = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?", re.ASCII)
_SUFFIXES = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"
_SIGNIFICANT = 15
_BLOCK = 5


def record_id_spellings(written: str) -> tuple[str, ...]:
    """The same id in both lengths; nothing if it is none. One of 18 characters may have lost its case."""
    if not _SHAPE.fullmatch(written):
        return ()
    id15 = written[:_SIGNIFICANT]
    if len(written) > _SIGNIFICANT:
        id15 = _in_case(id15.lower(), written[_SIGNIFICANT:].upper())
        if _suffix(id15) != written[_SIGNIFICANT:].upper():
            return ()
    return id15, id15 + _suffix(id15)


def _suffix(id15: str) -> str:
    blocks = (id15[start : start + _BLOCK] for start in range(0, _SIGNIFICANT, _BLOCK))
    return "".join(_SUFFIXES[sum(1 << place for place, one in enumerate(block) if one.isupper())] for block in blocks)


def _in_case(id15: str, suffix: str) -> str:
    capitals = [_SUFFIXES.find(one) >> place & 1 for one in suffix for place in range(_BLOCK)]
    return "".join(one.upper() if capital else one for one, capital in zip(id15, capitals, strict=True))
