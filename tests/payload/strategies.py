"""What may come over the wire, for properties that hold for all of it."""

import json
from typing import Any
from urllib.parse import quote_plus

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from app.domain.jtel_fields import JTEL_NAMES

# The same examples in every run: a red build can be repeated, and nothing here depends on how fast it is.
PROPERTY = settings(
    max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)

_TEXTS_WITH_MEANING = st.sampled_from(
    [
        "",
        "NULL",
        "0",
        "-1",
        "4711",
        "4711.0",
        "4930901820",
        "+4930901820",
        "anonymous",
        "2",
        "003Qy00000A1b2CIAR",
        "2026-03-29T02:30:00",
        "2026-11-21T10:38:07.5Z",
        "0000-00-00T00:00:00",
        "<p>Guten Tag</p>",
        "<eventData><body html='true'>&lt;b&gt;x</body></eventData>",
        "{{ summary }}",
        "\ud800\x00",
    ]
)


def number_texts() -> st.SearchStrategy[str]:
    """What looks more or less like a telephone number."""
    digits = st.text("0123456789 ()-/", min_size=1, max_size=20)
    return st.builds(str.__add__, st.sampled_from(["", "+", "00", "0", "tel:", "49", "+49"]), digits)


def values() -> st.SearchStrategy[Any]:
    """Any JSON value, often one that means something to jtel."""
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | _TEXTS_WITH_MEANING | number_texts()
    return scalars | st.recursive(
        scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=5
    )


def json_objects() -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects with documented keys in any case, sometimes wrapped."""
    names = st.sampled_from(JTEL_NAMES).flatmap(lambda name: st.sampled_from([name, name.lower(), name.upper()]))
    flat = st.dictionaries(names | st.text(max_size=5), values(), max_size=12)
    wrapped = st.builds(lambda name, inner: {name: inner}, st.sampled_from(["AcdEvent", "records"]), flat | values())
    return flat | wrapped | st.builds(lambda one, other: one | other, flat, wrapped)


def callback_objects() -> st.SearchStrategy[dict[str, Any]]:
    """JSON objects that are callbacks: whatever else they hold, they have an id and a number or a record."""
    found = st.sampled_from([{"CallbackNumber": "4930901820"}, {"SalesforceId": "003Qy00000A1b2CIAR"}])
    return st.builds(lambda fields, found: {**fields, **found, "AcdEventsID": 4711}, json_objects(), found)


def bodies() -> st.SearchStrategy[bytes]:
    """Bytes of any kind: noise, JSON in several encodings, forms."""
    documents = (json_objects() | values()).map(lambda value: json.dumps(value).encode())
    return st.binary() | st.text().map(lambda text: text.encode("utf-8", "replace")) | documents | forms()


def forms() -> st.SearchStrategy[bytes]:
    """Forms and queries, with and without percent-encoding."""
    names = st.sampled_from(JTEL_NAMES) | st.text(max_size=5)
    texts = st.text() | _TEXTS_WITH_MEANING | number_texts()
    pairs = st.lists(st.tuples(names, texts), max_size=12)
    quoted = pairs.map(lambda items: "&".join(f"{_quote(name)}={_quote(text)}" for name, text in items).encode())
    raw = pairs.map(lambda items: "&".join(f"{name}={text}" for name, text in items).encode("utf-8", "replace"))
    return quoted | raw


def _quote(text: str) -> str:
    return quote_plus(text, errors="replace")
