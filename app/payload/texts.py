"""Texts that come as HTML or inside jtel's EventData XML, as a person would read them."""

import re

import inscriptis
from lxml import etree

_HTML = re.compile(r"<(?:!doctype|html|body|p|br|div|span|a|b|i|u|em|strong|table|ul|ol|li|h[1-6])\b[^<>]*>", re.I)
_BLANK_LINES = re.compile(r"\n{3,}")


def plain(text: str | None, *, html: bool = False) -> str | None:
    """`text` without markup, if it has any. `html` says that it surely is HTML."""
    if text is None or not (html or _HTML.search(text)):
        return text
    try:
        rendered = inscriptis.get_text(text)
    except (etree.LxmlError, ValueError, RecursionError):
        return text
    lines = "\n".join(line.rstrip() for line in rendered.splitlines())
    return _BLANK_LINES.sub("\n\n", lines).strip() or None


def event_data_body(event_data: str | None) -> str | None:
    """The `<body>` of jtel's EventData as plain text; an EventData that is no XML is taken as the text itself."""
    if event_data is None:
        return None
    if not event_data.lstrip().startswith("<"):
        return event_data
    body = _find_body(event_data)
    if body is None:
        return None
    inner = (body.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in body)
    html = body.get("html", "").lower() == "true" or len(body) > 0
    return plain(inner.strip() or None, html=html)


def _find_body(event_data: str) -> "etree._Element | None":
    # Nothing is resolved or fetched, and broken XML is read as far as it goes.
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=True,
        encoding="utf-8",
    )
    root = etree.fromstring(event_data.strip().encode("utf-8"), parser)
    if root is None:
        return None
    return root if root.tag == "body" else root.find(".//body")
