"""Numbers that callbacks do not have as they are written: rules compare `+4930901820`."""

import re
from collections.abc import Mapping
from typing import Any

import phonenumbers

from app.domain.numbers import normalize
from app.domain.source import DEFAULT_SOURCE
from app.mapping.conditions import Condition
from app.mapping.environment import EnvText

_REGION = "DE"
# A pattern that begins as a number is dialled, and goes on after these digits; an extension has up to six.
_DIALLED = re.compile(r"(?:\(\?i\))?\^?(0{0,2})([\d /-]*)((?:\.|\\d|\[0-9\])[*+].*)")
_BEGINS_DIALLED = re.compile(r"(?:\(\?[a-z:]*\)?|[\^(\[])*0.*[*+]\)?\$?")

# The country of each source, by its name.
Regions = Mapping[str, str]


def regions_of(sources: Mapping[str, Any], when: Mapping[str, Condition]) -> Regions:
    """Those of the sources that a rule with these conditions is for."""
    known = {name: source.get("region", _REGION) for name, source in sources.items()} or {DEFAULT_SOURCE: _REGION}
    wanted = when.get("source")
    return {name: region for name, region in known.items() if wanted is None or wanted.holds(name)} or known


def said_of_number(text: str, regions: Regions, *, of_all: bool) -> str | None:
    """What to tell of a number that some sources never have as it is written; `of_all`: also where none has."""
    read = {name: normalize(text, region) for name, region in regions.items()}
    other = {name: number for name, number in read.items() if number not in (None, text)}
    if not other or (len(other) == len(read) and not of_all):
        return None
    wanted = ", ".join(f'"{number}"' for number in sorted({str(number) for number in other.values()}))
    if isinstance(text, EnvText):
        wanted = "it with + and the country code"
    which = "no callback has it" if len(other) == len(read) else f"no callback of the source {', '.join(other)} has it"
    return f"{which} like this: write {wanted}"


def said_of_pattern(pattern: str, regions: Regions) -> str | None:
    """What to tell of a pattern that fits numbers as they are dialled, and none with its country code."""
    code = phonenumbers.country_code_for_region(next(iter(regions.values())))
    found = _DIALLED.fullmatch(pattern)
    said = "a number begins with + and the country code here"
    if found and (found[1] or found[2]):
        digits = re.sub(r"\D", "", found[2])
        begin = f"\\\\+{code if found[1] == '0' else ''}{digits}"
        rest = found[3].replace("\\", "\\\\")
        return f'{said}: write "{begin}{rest}"'
    return f'{said}, such as "\\\\+{code}30.*"' if _BEGINS_DIALLED.fullmatch(pattern) else None
