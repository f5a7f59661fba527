"""Safe pieces of SOQL."""

from urllib.parse import quote as url_quote

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def quote(text: str) -> str:
    """`text` as a SOQL string, quotes included."""
    return f"'{text.translate(_ESCAPES)}'"


def query_path(soql: str) -> str:
    """The path of a query, below the version."""
    return f"query?q={url_quote(soql, safe='')}"
