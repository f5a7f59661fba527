"""Safe pieces of SOQL."""

from urllib.parse import quote_plus

_ESCAPES = str.maketrans(
    {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f", "\0": ""}
)
# They mean nothing in an address's query; escaped they would make long ones too long.
_PLAIN = "'(),/"


def quote(text: str) -> str:
    """`text` as a SOQL string, quotes included."""
    return f"'{text.translate(_ESCAPES)}'"


def query_path(soql: str) -> str:
    """The path of a query, below the version."""
    return f"query?q={quote_plus(soql, safe=_PLAIN)}"
