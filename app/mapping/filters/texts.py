"""Filters for texts. Any other value is taken as the text that it is printed as."""

from html import unescape
from typing import Any

from app.domain.markup import MARKUP, plain
from app.mapping.filters.filter import Filter
from app.mapping.language.limits import LONGEST_TEXT, TemplateError, check_length
from app.mapping.language.texts import text_of

_MARK = "…"


def cut(value: Any, length: int) -> str:
    """At most so many characters, cut at a word, with … at the end."""
    if isinstance(length, bool) or not isinstance(length, int) or not 1 <= length <= LONGEST_TEXT:
        raise TemplateError("cut wants a number of characters: cut(80)")
    text = text_of(value)
    if len(text) <= length:
        return text
    head = text[: length - len(_MARK)]
    # One long word is cut in its middle, because of it nothing would be left.
    if not text[len(head)].isspace() and len(words := head.rsplit(None, 1)) > 1:
        head = words[0]
    return head.rstrip() + _MARK


def one_line(value: Any) -> str:
    """On one line, with single blanks."""
    return " ".join(text_of(value).split())


def html_to_text(value: Any) -> str | None:
    """HTML as a person would read it; a text without HTML stays."""
    text = text_of(value)
    return plain(text) if MARKUP.search(text) else unescape(text)


def replace(value: Any, old: str, new: str) -> str:
    """One text in the place of another."""
    text = text_of(value)
    if not isinstance(old, str) or not isinstance(new, str) or not old:
        raise TemplateError('replace wants two texts: replace("old", "new")')
    check_length(len(text) + text.count(old) * (len(new) - len(old)))
    return text.replace(old, new)


def upper(value: Any) -> str:
    """In capital letters."""
    return text_of(value).upper()


def lower(value: Any) -> str:
    """In small letters."""
    return text_of(value).lower()


def capitalize(value: Any) -> str:
    """With a capital letter at the beginning, the others small."""
    return text_of(value).capitalize()


def trim(value: Any) -> str:
    """Without blanks at its ends."""
    return text_of(value).strip()


FILTERS = (
    Filter(cut, '{{ "Question on invoice 4711" | cut(16) }}', "Question on…"),
    Filter(one_line, '{{ "Offer 4711,\\n  please" | one_line }}', "Offer 4711, please"),
    Filter(html_to_text, '{{ "<p>R&uuml;ckruf,<br>bitte</p>" | html_to_text }}', "Rückruf,\nbitte", cost=4),
    Filter(replace, '{{ "SERVICE_B2B" | replace("SERVICE_", "") }}', "B2B"),
    Filter(upper, '{{ "Anna" | upper }}', "ANNA"),
    Filter(lower, '{{ "Anna" | lower }}', "anna"),
    Filter(capitalize, '{{ "ANNA" | capitalize }}', "Anna"),
    Filter(trim, '{{ "  Anna " | trim }}', "Anna"),
)
