"""Filters for texts. Any other value is taken as the text that it is printed as."""

from collections.abc import Callable
from functools import lru_cache
from html import unescape

from app.domain.markup import MARKUP, plain
from app.mapping.filters.filter import Filter
from app.mapping.language.limits import LONGEST_TEXT, TemplateError, check_length
from app.mapping.patterns import Pattern
from app.mapping.problems import WrongError

_MARK = "…"


def cut(text: str, length: int) -> str:
    """At most so many characters, cut at a word, with … at the end."""
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= LONGEST_TEXT:
        raise TemplateError("cut wants a number of characters: cut(80)")
    if len(text) <= length:
        return text
    head = text[: length - len(_MARK)]
    # One long word is cut in its middle, because of it nothing would be left.
    if not text[len(head)].isspace() and len(words := head.rsplit(None, 1)) > 1:
        head = words[0]
    return head.rstrip() + _MARK


def one_line(text: str) -> str:
    """On one line, with single blanks."""
    return " ".join(text.split())


def html_to_text(text: str) -> str | None:
    """HTML as a person would read it; a text without HTML stays."""
    return plain(text) if MARKUP.search(text) else unescape(text)


def replace(text: str, old: str | None, new: str | None) -> str:
    """One text in the place of another."""
    if old is None:
        return text
    new = "" if new is None else new
    if not isinstance(old, str) or not isinstance(new, str) or not old:
        raise TemplateError('replace wants two texts: replace("old", "new")')
    check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def part(text: str, pattern: str) -> str | None:
    """What the pattern finds in it: its first group, or all of it; nothing if it finds nothing."""
    if not isinstance(pattern, str):
        raise TemplateError('part wants a pattern as text: part("KD-([0-9]+)")')
    try:
        return _pattern(pattern).part_of(text) or None
    except WrongError as error:
        raise TemplateError(f"part: {error}") from None


@lru_cache(maxsize=256)
def _pattern(written: str) -> Pattern:
    return Pattern(written)


def upper(text: str) -> str:
    """In capital letters."""
    return text.upper()


def lower(text: str) -> str:
    """In small letters."""
    return text.lower()


def capitalize(text: str) -> str:
    """With a capital letter at the beginning, the others small."""
    return text.capitalize()


def trim(text: str) -> str:
    """Without blanks at its ends."""
    return text.strip()


def _filter(function: Callable[..., str | None], template: str, gives: str, cost: int = 1) -> Filter:
    return Filter(function, template, gives, on_text=True, cost=cost)


FILTERS = (
    _filter(cut, '{{ "Question on invoice 4711" | cut(16) }}', "Question on…"),
    _filter(one_line, '{{ "Offer 4711,\\n  please" | one_line }}', "Offer 4711, please"),
    _filter(html_to_text, '{{ "<p>R&uuml;ckruf,<br>bitte</p>" | html_to_text }}', "Rückruf,\nbitte", cost=16),
    _filter(replace, '{{ "SERVICE_B2B" | replace("SERVICE_", "") }}', "B2B"),
    _filter(part, '{{ "Order KD-4711, please" | part("KD-([0-9]+)") }}', "4711", cost=16),
    _filter(upper, '{{ "Anna" | upper }}', "ANNA"),
    _filter(lower, '{{ "Anna" | lower }}', "anna"),
    _filter(capitalize, '{{ "ANNA" | capitalize }}', "Anna"),
    _filter(trim, '{{ "  Anna " | trim }}', "Anna"),
)
