"""The tags of a text: only what surely is one, since whatever is taken for one is taken away."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

# Of HTML in all its versions. These are always tags: mail programs write them, or leave their ends out.
_NAMES = """
a b big blockquote body br dd div dl dt em font frame frameset h1 h2 h3 h4 h5 h6 head hr html i img li ol p pre s script
small span strike strong style sub sup table tbody td tfoot th thead title tr u ul wbr
"""
_COMMON = frozenset(_NAMES.split())
# As likely a word that somebody has put in angle brackets, as <Time> or <Link>.
_NAMES = """
abbr acronym address applet area article aside audio base basefont bdi bdo blink button canvas caption center cite
code col colgroup command data datalist del details dfn dialog dir embed fieldset figcaption figure footer form header
hgroup iframe input ins isindex kbd keygen label legend link main map mark marquee math menu menuitem meta meter nav
nobr noframes noscript object optgroup option output param picture progress q rb rp rt rtc ruby samp search section
select slot source summary svg template textarea time track tt var video
"""
_TAGS = _COMMON | frozenset(_NAMES.split())
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
    end, said = 0, False
    unclosed: set[str] = set()
    ended = {name.lower() for name in _END.findall(text)}
    paired = ended & {name.lower() for name in _BEGIN.findall(text)}
    for tag in _TAG.finditer(text):
        if tag.start() < end or not (_is_tag(tag) or (tag["name"] or "").lower() in paired):
            continue
        said = said or bool(text[end : tag.start()].strip())
        shown_from = _end_of(tag, unclosed, said=said)
        if shown_from is not None:
            end = shown_from
            yield Tag(tag.start(), end, (tag["name"] or "").lower(), bool(tag["end"]), _target(tag))


def _is_tag(tag: re.Match[str]) -> bool:
    """Whether it is one, whatever else there is in the text."""
    name = (tag["name"] or "").lower()
    if not name or name in _COMMON or _WORDS_TAGS.match(name) or _QUOTED.search(tag["values"] or ""):
        return True
    return name in _TAGS and bool(tag["end"] or tag["values"] or tag[0].endswith("/>"))


def _end_of(tag: re.Match[str], unclosed: set[str], *, said: bool) -> int | None:
    """Where the text goes on; nothing for the begin of a comment that never ends.

    The title of a page stands before all that is `said`.
    """
    name = _COMMENT if tag["comment"] is not None else "" if tag["end"] else (tag["name"] or "").lower()
    if name in _CLOSING and name not in unclosed and not (name == "title" and said):
        # <!--> is a whole comment.
        closing = _CLOSING[name].search(tag.string, tag.end() - (2 if name == _COMMENT else 0))
        if closing is not None:
            return closing.end()
        unclosed.add(name)
    return None if name == _COMMENT else tag.end()


def _target(tag: re.Match[str]) -> str:
    found = _HREF.search(tag["values"] or "") if (tag["name"] or "").lower() == "a" else None
    return unescape(next(filter(None, found.groups()), "")) if found else ""
