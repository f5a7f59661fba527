"""Which events a request names that could not be understood. Only so that a person finds it: they identify nothing."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl

from app.domain.jtel_values import to_text
from app.domain.numbers import digits_of
from app.payload.decode import WRAPPERS, decode_text
from app.payload.fields import EventIdError, read_event_id

# No more of a body or a query is read and kept.
BODY_LIMIT = 64 * 1024
MOST = 20
# As in a callback that is understood: the second only where the first is missing.
_NAMES = ("acdeventsid", "id")
# An ID may be anybody's, and the column is not encrypted: with more digits it may be a telephone number.
_MOST_DIGITS_OF_ID = 9
_NAME = "(?:AcdEventsID|ID)"
_VALUE = r"\s*([A-Za-z0-9_.]{1,60})\s*"
_TAG = re.compile(rf"<(?:[\w.-]{{1,60}}:)?({_NAME})(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?{_VALUE}(?:\]\]>)?\s*</", re.I)
_ELEMENT = re.compile(r"<(?:[\w.-]{1,60}:)?([\w.-]{1,60})(\s[^<>]*)>")
_ATTRIBUTE = re.compile(r"""\s(?:[\w.-]{1,60}:)?([\w.-]{1,60})\s{,9}=\s{,9}(?:"([^"]*)"|'([^']*)')""")
# Behind its name a part has few headers, and they are short.
_PART = re.compile(rf'name="({_NAME})"[^\r\n]{{,80}}(?:\r?\n[^\r\n]{{1,80}}){{,3}}(?:\r?\n){{2}}{_VALUE}\r?\n', re.I)
# A text in quotes, closed or not; a sign; or a word.
_TOKEN = re.compile(r""""(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|[{}\[\],:]|[^\s{}\[\],:"']+""", re.S)
_END = frozenset(",}]")
# Where a quote in a text has turned texts inside out. A quote that is escaped stands in a text.
_QUOTED = re.compile(r'(?<!\\)"(AcdEventsID)"\s*:\s*"?([A-Za-z0-9_.]{1,60})"?\s*[,}\]]', re.I)


def event_ids(body: bytes, query: bytes, *, whole: bool) -> tuple[str, ...]:
    """The ids that can be read for sure: none that may have been cut off, and none that stands in another's text.

    `whole` says that all of the body is there. Raises nothing.
    """
    # What claims to be UTF-8 may be UTF-16.
    text = decode_text(body).replace("\x00", "").strip()
    in_query = query.decode("latin-1")
    found = [*_in_text(text, whole=whole)] or [*_in_form(in_query, whole=len(query) < BODY_LIMIT)]
    return tuple(dict.fromkeys(found))[:MOST]


def _in_text(text: str, *, whole: bool) -> Iterable[str]:
    if text.startswith(("<", "--")):
        return _best((*_TAG.findall(text), *_in_attributes(text), *_PART.findall(text)))
    if "=" in text and not text.startswith(("{", "[")):
        return _in_form(text, whole=whole)
    try:
        value = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return _in_broken(text)
    return _in_json(value)


def _in_attributes(text: str) -> Iterator[tuple[str, str]]:
    for element, attributes in _ELEMENT.findall(text):
        for name, quoted, single in _ATTRIBUTE.findall(attributes):
            # Whatever is not the event itself has an ID of its own.
            if name.lower() == _NAMES[0] or element.lower() in WRAPPERS:
                yield name, quoted or single


def _in_form(text: str, *, whole: bool) -> Iterable[str]:
    complete = text if whole else text.rpartition("&")[0]
    return _of_event(dict(parse_qsl(complete, encoding="latin-1")))


def _in_json(value: Any) -> Iterator[str]:
    """Of one event or of several, in wrappers or not; else of whatever has an id that no other thing has."""
    events = [value]
    for _ in range(len(WRAPPERS) + 1):
        events = [inner for one in events for inner in _inside(one)]
    found = [event_id for event in events if isinstance(event, Mapping) for event_id in _of_event(event)]
    yield from found or _best(_within(value))


def _within(value: Any) -> Iterator[tuple[str, str]]:
    """What stands under the first name, however deep."""
    level = [value]
    while level:
        maps = [one for one in level if isinstance(one, Mapping)]
        fields = [field for one in maps for field in one.items()]
        texts = ((name, to_text(inner)) for name, inner in fields if name.lower() == _NAMES[0])
        yield from ((name, text) for name, text in texts if text is not None)
        level = [inner for one in level if isinstance(one, list) for inner in one] + [inner for _, inner in fields]


def _inside(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    wrapped = [one for name, one in value.items() if name.lower() in WRAPPERS] if isinstance(value, Mapping) else []
    return [inner for one in wrapped for inner in (one if isinstance(one, list) else [one])] or [value]


def _of_event(fields: Mapping[str, Any]) -> list[str]:
    texts = ((name, to_text(value)) for name, value in fields.items() if name.lower() in _NAMES)
    return _best((name, text) for name, text in texts if text is not None)[-1:]


def _in_broken(text: str) -> list[str]:
    tokens = [token.strip("\"'") if len(token) > 1 else token for token in _TOKEN.findall(text)]
    told = [
        (name, value)
        for (name, colon), (value, end) in zip(pairwise(tokens), [*pairwise(tokens)][2:], strict=False)
        if colon == ":" and end in _END
    ]
    found = _best(told)
    if not found:
        quoted = set(_best(_QUOTED.findall(text)))
        found = [*quoted] if len(quoted) == 1 else []
    return found


def _best(told: Iterable[tuple[str, str]]) -> list[str]:
    """The ids that stand under the first name, else what stands under the second if that is one only."""
    by_name: dict[str, dict[str, None]] = {name: {} for name in _NAMES}
    for name, text in told:
        event_id = _read(name.lower(), text)
        if event_id is not None:
            by_name[name.lower()][event_id] = None
    first, second = by_name.values()
    # Other things have an ID as well.
    return [*first] or ([*second] if len(second) == 1 else [])


def _read(name: str, text: str) -> str | None:
    if name not in _NAMES or (name != _NAMES[0] and len(digits_of(text)) > _MOST_DIGITS_OF_ID):
        return None
    try:
        return read_event_id(text)
    except EventIdError:
        return None
