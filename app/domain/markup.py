"""Texts that come as HTML, as a person would read them."""

import re

from lxml import etree, html

# Tags that people do not write by hand; a text in angle brackets is none.
MARKUP = re.compile(
    r"<!doctype\s|</?(?:html|body|p|br|div|span|a|b|i|u|em|strong|table|tr|td|ul|ol|li|h[1-6])"
    r"(?:\s*/?>|\s+[a-z-]+\s*=[^<>]*>)",
    re.I,
)
# What stands on lines of its own. A renderer that knows CSS would be too kind: a style can make megabytes of a byte.
_BLOCKS = frozenset({"p", "div", "table", "tr", "ul", "ol", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"})
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6"})
_UNSEEN = ("script", "style", "head", "title")
# lxml reads these, but does not let us write them back.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000\ufffe\uffff]")
# Stands for a new line that is there once, however many blocks begin and end at it.
_BREAK = "\ue000"
# Looks behind, because without it a long gap would be read again from each of its characters.
_BREAKS = re.compile(rf"(?<!\s)\s*{_BREAK}[\s{_BREAK}]*")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain(text: str | None, *, markup: bool = False) -> str | None:
    """`text` without markup, if it has any. `markup` says that it surely is HTML."""
    if text is None or not (markup or MARKUP.search(text)):
        return text
    try:
        tree = html.fromstring(_CONTROLS.sub(" ", text))
    except (etree.LxmlError, ValueError):
        return text
    etree.strip_elements(tree, *_UNSEEN, etree.Comment, with_tail=False)
    for node in tree.iter():
        _break_lines(node)
    text = _BREAKS.sub("\n", tree.text_content())
    lines = (_SPACES.sub(" ", line).strip() for line in text.split("\n"))
    return _BLANK_LINES.sub("\n\n", "\n".join(lines)).strip() or None


def _break_lines(node: "etree._Element") -> None:
    # The source's own line ends mean nothing in HTML; those that are added here do.
    node.text = _one_line(node.text)
    node.tail = _one_line(node.tail)
    if node.tag == "br":
        node.tail = "\n" + (node.tail or "")
    elif node.tag in _BLOCKS:
        gap = "\n\n" if node.tag in _PARAGRAPHS else _BREAK
        bullet = "- " if node.tag == "li" else ""
        node.text = f"{gap}{bullet}{node.text or ''}"
        node.tail = gap + (node.tail or "")


def _one_line(text: str | None) -> str | None:
    return text and " ".join(text.split("\n"))
