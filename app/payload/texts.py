"""Texts that come as HTML or inside jtel's EventData XML, as a person would read them."""

import re

from lxml import etree, html

_TAG = re.compile(
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
_BREAKS = re.compile(rf"\s*{_BREAK}[\s{_BREAK}]*")
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n{3,}")


def plain(text: str | None, *, markup: bool = False) -> str | None:
    """`text` without markup, if it has any. `markup` says that it surely is HTML."""
    if text is None or not (markup or _TAG.search(text)):
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


def event_data_body(event_data: str | None) -> str | None:
    """The `<body>` of jtel's EventData as plain text; an EventData that is no XML is taken as the text itself."""
    if event_data is None or not event_data.lstrip().startswith("<"):
        return plain(event_data)
    root = _parse(event_data)
    if root is None:
        return None
    body = next(iter(root.iter("{*}body")), None)
    if body is None:
        return plain(event_data) if _TAG.match(event_data.strip()) else None
    if len(body) > 0:
        return plain(etree.tostring(body, encoding="unicode", with_tail=False), markup=True)
    return plain((body.text or "").strip() or None, markup=body.get("html", "").lower() == "true")


def _parse(event_data: str) -> "etree._Element | None":
    # Nothing is resolved or fetched, and broken XML is read as far as it goes.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, encoding="utf-8"
    )
    return etree.fromstring(event_data.strip().encode("utf-8"), parser)
