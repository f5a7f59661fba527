"""Texts that come as HTML, as a person would read them."""

import re
from collections.abc import Iterator
from html import unescape

from app.domain.tags import Tag, tags_of

# Tags that people do not write by hand; a text in angle brackets is none.
MARKUP = re.compile(
    r"<!doctype\s|</?(?:html|body|p|br|div|span|a|b|i|u|em|strong|table|tr|td|ul|ol|li|h[1-6])"
    r"(?:\s*/?>|\s+[a-z-]+\s*=[^<>]*>)",
    re.I,
)
# What stands on lines of its own. A renderer that knows CSS would be too kind: a style can make megabytes of a byte.
_CELLS = frozenset({"td", "th"})
_NAMES = """
address article aside blockquote body caption center dd details dir div dl dt fieldset figcaption figure
footer form h1 h2 h3 h4 h5 h6 header hr isindex legend li main menu nav noscript ol optgroup option p pre
section summary table tbody tfoot thead tr ul
"""
_BLOCKS = frozenset(_NAMES.split())
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000\ufffe\uffff]")
# A & of an address, as in ?a=1&copy=2, begins none.
_ENTITY = re.compile(r"&(?:#(\d{1,7})|#x([\da-f]{1,6})|[a-z][a-z\d]{1,31});", re.I)
# Java and JavaScript write an emoji as two halves: &#55357;&#56832;
_HALVES = range(0xD800, 0xE000)
_REACHED = re.compile(r"\s*(?:(https?://)|(?:mailto|tel|sips?|callto):)(\S+)", re.I)
# Stands for a new line that is there once, however many blocks begin and end at it.
_BREAK = "\ue000"
_NO_LINES = str.maketrans({"\n": " ", _BREAK: " "})
# Looks behind, because without it a long gap would be read again from each of its characters.
_BREAKS = re.compile(rf"(?<!\s)\s*{_BREAK}[\s{_BREAK}]*")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain(text: str | None, *, markup: bool = False) -> str | None:
    """`text` without markup, if it has any. `markup` says that it surely is HTML."""
    if text is None or not (markup or ("<" in text and MARKUP.search(text))):
        return text
    text = _BREAKS.sub("\n", "".join(_pieces(_CONTROLS.sub(" ", text))))
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip() or None


def decode_entities(text: str) -> str:
    """`text` with the characters that its entities stand for."""
    return _ENTITY.sub(_character, text).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _character(entity: re.Match[str]) -> str:
    code = int(entity[1] or "0") or int(entity[2] or "0", 16)
    return chr(code) if code in _HALVES else unescape(entity[0])


def _pieces(text: str) -> Iterator[str]:
    begin, target, link = 0, "", ""
    for tag in tags_of(text):
        said = _said(text[begin : tag.start])
        link += said if target else ""
        begin = tag.end
        yield said
        if tag.name == "a":
            yield _unsaid(target, link)
            target, link = tag.target, ""
        yield _gap(tag)
    said = _said(text[begin:])
    yield said
    yield _unsaid(target, link + said)


def _said(text: str) -> str:
    # The source's own line ends mean nothing in HTML; those of the gaps do.
    return decode_entities(text).translate(_NO_LINES)


def _gap(tag: Tag) -> str:
    if tag.name == "br":
        return "\n"
    if tag.name in _CELLS:
        return " "
    if tag.name not in _BLOCKS:
        return ""
    gap = "\n\n" if tag.name in _PARAGRAPHS else _BREAK
    return f"{gap}- " if tag.name == "li" and not tag.closes else gap


def _unsaid(target: str, said: str) -> str:
    """Where a link leads to, if it is somebody or something to be reached and its text does not say it."""
    reached = _REACHED.match(target)
    if reached is None or _bare(reached[2]) in _bare(said):
        return ""
    return f" ({reached[1] or ''}{reached[2]})"


def _bare(text: str) -> str:
    return re.sub(r"[\W_]", "", text.lower())
