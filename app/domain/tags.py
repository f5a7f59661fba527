"""The tags of a text: only what surely is one, since whatever is taken for one is taken away."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

# Of HTML in all its versions.
_NAMES = """
a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br
button canvas caption center cite code col colgroup command data datalist dd del details dfn dialog dir div
dl dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header
hgroup hr html i iframe img input ins isindex kbd keygen label legend li link main map mark marquee math
menu menuitem meta meter nav nobr noframes noscript object ol optgroup option output p param picture pre
progress q rb rp rt rtc ruby s samp script search section select slot small source span strike strong style
sub summary sup svg table tbody td template textarea tfoot th thead time title tr track tt u ul var video
wbr
"""
_TAGS = frozenset(_NAMES.split())
# Of Word.
_WORDS_TAGS = re.compile(r"(?:o|w|v|m|x|st\d):", re.I)
_WITHOUT_VALUE = "checked|compact|controls|disabled|hidden|multiple|noshade|nowrap|open|readonly|required|selected"
# No part is read twice and none goes beyond the next <, so that any text is read in one go.
_TAG = re.compile(
    rf"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*+(?::[a-z][a-z0-9]*+)?+)(?:\s++(?:{_WITHOUT_VALUE})(?=[\s/>]))*+"
    r"(?:\s*+/?>|(?P<values>\s++[a-z_][\w:.-]*+\s*+=(?:(?:\"[^\"<]*+\"|'[^'<]*+'|[^<>\"'])*+>|[^<>]*+>)))"
    r"|<!doctype\b[^<>]*+>|<!\[(?:end)?if\b[^<>]*+>|<\?(?:xml|mso)[^<>]*+>|<!--(?P<comment>)",
    re.I,
)
# Nobody writes a text in angle brackets like this.
_QUOTED = re.compile(r"=\s*[\"']")
_BEGIN = re.compile(r"<([a-z][\w:]*+)(?=[\s/>])", re.I)
_END = re.compile(r"</([a-z][\w:]*+)\s*+>", re.I)
_HREF = re.compile(r"\shref\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
# What stands between these is for no reader.
_CLOSING = {name: re.compile(rf"</{name}\s*+>", re.I) for name in ("script", "style", "title")}
_COMMENT = "<!--"
_CLOSING[_COMMENT] = re.compile("--!?>")


@dataclass(frozen=True)
class Tag:
    """A tag, or a part of the text that is not shown. `name` is empty for what is neither begin nor end of anything."""

    start: int
    end: int
    name: str = ""
    closes: bool = False
    target: str = ""


def tags_of(text: str) -> Iterator[Tag]:
    """The tags in their order, those in parts that are not shown left out."""
    end = 0
    unclosed: set[str] = set()
    paired = _begun_and_ended(text)
    for tag in _TAG.finditer(text):
        if tag.start() < end or not (_is_tag(tag) or (tag["name"] or "").lower() in paired):
            continue
        shown_from = _end_of(tag, unclosed)
        if shown_from is not None:
            end = shown_from
            yield Tag(tag.start(), end, (tag["name"] or "").lower(), bool(tag["end"]), _target(tag))


def _begun_and_ended(text: str) -> set[str]:
    """Names that nobody has heard of, but that the text itself uses as tags."""
    ended = {name.lower() for name in _END.findall(text)} - _TAGS
    return ended & {name.lower() for name in _BEGIN.findall(text)} if ended else ended


def _is_tag(tag: re.Match[str]) -> bool:
    name = (tag["name"] or "").lower()
    return not name or name in _TAGS or bool(_WORDS_TAGS.match(name) or _QUOTED.search(tag["values"] or ""))


def _end_of(tag: re.Match[str], unclosed: set[str]) -> int | None:
    """Where the text goes on; nothing for the begin of a comment that never ends."""
    name = _COMMENT if tag["comment"] is not None else "" if tag["end"] else (tag["name"] or "").lower()
    if name in _CLOSING and name not in unclosed:
        # <!--> is a whole comment.
        closing = _CLOSING[name].search(tag.string, tag.end() - (2 if name == _COMMENT else 0))
        if closing is not None:
            return closing.end()
        unclosed.add(name)
    return None if name == _COMMENT else tag.end()


def _target(tag: re.Match[str]) -> str:
    found = _HREF.search(tag["values"] or "") if (tag["name"] or "").lower() == "a" else None
    return unescape(next(filter(None, found.groups()), "")) if found else ""
