"""Texts inside jtel's EventData XML, as a person would read them."""

from lxml import etree

from app.domain.markup import MARKUP, plain


def event_data_body(event_data: str | None) -> str | None:
    """The `<body>` of jtel's EventData as plain text; an EventData that is no XML is taken as the text itself."""
    if event_data is None or not event_data.lstrip().startswith("<"):
        return plain(event_data)
    root = _parse(event_data)
    if root is None:
        return None
    body = next(iter(root.iter("{*}body")), None)
    if body is None:
        return plain(event_data) if MARKUP.match(event_data.strip()) else None
    if len(body) > 0:
        return plain(etree.tostring(body, encoding="unicode", with_tail=False), markup=True)
    return plain((body.text or "").strip() or None, markup=body.get("html", "").lower() == "true")


def _parse(event_data: str) -> "etree._Element | None":
    # Nothing is resolved or fetched, and broken XML is read as far as it goes.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True, encoding="utf-8"
    )
    return etree.fromstring(event_data.strip().encode("utf-8"), parser)
