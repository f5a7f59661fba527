"""Texts inside jtel's EventData XML, as a person would read them."""

import re
from collections.abc import Iterator
from operator import itemgetter

from app.domain.markup import MARKUP, decode_entities, plain

# A tag of a body, or where a comment or a CDATA begins or ends. None goes beyond the next <.
_MARK = re.compile(
    r"<(?P<end>/?)(?:[\w.-]+:)?(?P<body>body)(?=[\s/>])"
    r"(?P<attributes>(?:\"[^\"<]*+\"|'[^'<]*+'|[^<>\"'])*+(?=>)|[^<>]*+)>|<!--|-->|<!\[CDATA\[|\]\]>",
    re.I,
)
_CLOSING = {"<!--": "-->", "<![CDATA[": "]]>"}
# Of an EventData that was cut off before its body ended.
_END_OF_ANOTHER = re.compile(r"</[\w:.-]*+\s*+>?\s*+")
_IS_HTML = re.compile(r"html\s*=\s*[\"']true\b", re.I)
_CDATA = re.compile(r"(<!\[CDATA\[|\]\]>)")
# A document of another kind has no text of the caller.
_OTHER_KIND = re.compile(r"<!doctype\s+(?!html\b)", re.I)
# What may stand before the first tag.
_PROLOG = re.compile(r"(?:(?:<\?[^<>]*\?>|<!--(?:(?!-->).)*-->)\s*)+", re.S)
_FIRST_TAG = re.compile(r"<([a-z_][\w:.-]*)(?=[\s/>])", re.I)
_SAYS_SOMETHING = re.compile(r"\w\w")


def event_data_body(event_data: str | None) -> str | None:
    """The `<body>` of jtel's EventData as plain text; an EventData that is no XML is taken as the text itself.

    No XML parser reads it: one resolves what nobody has asked for, and of what is not well-formed or nested deep it
    loses the rest.
    """
    text = (event_data or "").strip()
    text = text[prolog.end() :] if (prolog := _PROLOG.match(text)) else text
    if text.startswith("<![CDATA["):
        text = _out_of_cdata(text).strip()
    if not text.startswith("<"):
        return plain(text or None)
    begin = _begin(text)
    if begin is not None:
        return _body(begin, text)
    if MARKUP.match(text):
        return None if _OTHER_KIND.match(text) else plain(text)
    return plain(text) if not _is_xml(text) and _SAYS_SOMETHING.search(text) else None


def _is_xml(text: str) -> bool:
    """Whether the first tag is one, and no name in angle brackets."""
    first = _FIRST_TAG.match(text)
    if first is None:
        return text.startswith(("<?", "<!", "</"))
    return f"</{first[1]}" in text or (("</" in text or "/>" in text) and not MARKUP.search(text))


def _tags(text: str) -> Iterator[tuple[re.Match[str], bool]]:
    """The begins and ends of bodies, and whether each stands in a comment or a CDATA."""
    closing = ""
    for mark in _MARK.finditer(text):
        if mark["body"]:
            yield mark, bool(closing)
        elif mark[0] == closing:
            closing = ""
        else:
            closing = closing or _CLOSING.get(mark[0].upper(), "")


def _begin(text: str) -> re.Match[str] | None:
    """The begin of the body; of one in a comment or a CDATA only where there is no other."""
    begins = [(mark, hidden) for mark, hidden in _tags(text) if not mark["end"]]
    return next((mark for mark, hidden in sorted(begins, key=itemgetter(1))), None)


def _body(begin: re.Match[str], text: str) -> str | None:
    attributes = begin["attributes"]
    if attributes.endswith("/"):
        return None
    ends = [(hidden, mark.start()) for mark, hidden in _tags(text) if mark["end"] and mark.start() >= begin.end()]
    # The last one, since what was said may hold one; one in a comment only where there is no other.
    end = max(((not hidden, start) for hidden, start in ends), default=None)
    written = text[begin.end() : end[1] if end else _end_of(text)]
    if "<![CDATA[" in written:
        return _read(_out_of_cdata(written), attributes)
    return plain(written, markup=True) if "<" in written else _read(decode_entities(written), attributes)


def _end_of(text: str) -> int:
    """Where the text ends that no end of a body follows, but perhaps those of what the body is in."""
    end = len(text)
    while (start := text.rfind("</", 0, end)) >= 0 and _END_OF_ANOTHER.fullmatch(text, start, end):
        end = start
    return end


def _read(text: str, attributes: str) -> str | None:
    return plain(text.strip() or None, markup=_IS_HTML.search(attributes) is not None)


def _out_of_cdata(written: str) -> str:
    """The text, in which a section of CDATA stands for itself."""
    parts = _CDATA.split(written)
    states = [False] + [mark == "<![CDATA[" for mark in parts[1::2]]
    return "".join(part if inside else decode_entities(part) for part, inside in zip(parts[::2], states, strict=True))
