"""Texts inside jtel's EventData XML, as a person would read them."""

import re

from app.domain.markup import MARKUP, decode_entities, plain

_BEGIN = re.compile(r"<(?:[\w.-]+:)?body\b([^<>]*)>", re.I)
_END = re.compile(r"</(?:[\w.-]+:)?body\s*>", re.I)
# Of an EventData that was cut off before its body ended.
_END_OF_ANOTHER = re.compile(r"</[\w:.-]*+\s*+>?\s*+")
_IS_HTML = re.compile(r"html\s*=\s*[\"']true\b", re.I)
_CDATA = re.compile(r"(<!\[CDATA\[|\]\]>)")
_DEEP = 256  # elements; jtel's body lies in one
# A document of another kind has no text of the caller.
_OTHER_KIND = re.compile(r"<!doctype\s+(?!html\b)", re.I)
# A text in angle brackets: no tag begins like <anna@example.com> or <0301234>.
_NO_XML = re.compile(r"<(?![!?/a-z_][\w:.-]*(?:\s|[/?]?>))[^<>]{2,}>", re.I)


def event_data_body(event_data: str | None) -> str | None:
    """The `<body>` of jtel's EventData as plain text; an EventData that is no XML is taken as the text itself.

    No XML parser reads it: one resolves what nobody has asked for, and of what is not well-formed or nested deep it
    loses the rest.
    """
    text = (event_data or "").strip()
    if not text.startswith("<") or _NO_XML.match(text):
        return plain(event_data)
    begin = _BEGIN.search(text)
    if begin is not None:
        return _body(begin, text) if _depth(text[: begin.start()]) < _DEEP else None
    return plain(text) if MARKUP.match(text) and not _OTHER_KIND.match(text) else None


def _depth(before: str) -> int:
    return before.count("<") - 2 * before.count("</")


def _body(begin: re.Match[str], text: str) -> str | None:
    if begin[1].endswith("/"):
        return None
    ends = [end.start() for end in _END.finditer(text, begin.end())]
    written = text[begin.end() : ends[-1]] if ends else text[begin.end() : _end_of(text)]
    if "<![CDATA[" in written:
        return _read(_out_of_cdata(written), begin[1])
    return plain(written, markup=True) if "<" in written else _read(decode_entities(written), begin[1])


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
