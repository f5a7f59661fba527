"""Data that stands nowhere else, and the ways in which it may be spelled."""

import base64
import html
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

NAME = "Zyrkówska-Quibbelhöfer"
WORDS = "wegen des blauen Xylophons & der <Öse>"
PLACE = "Trüffelgäßchen"
TEXTS = (NAME, WORDS, PLACE, "Xylophon", "Quibbel", "Zyrk")
CALLER = "4915799887761"
CALLBACK = "+49 (0)30 / 776 655 44"
LOCAL = "0891-2.345.678.9"
SERVICE = "498005544332"
NUMBERS = (CALLER, CALLBACK, LOCAL, SERVICE)


def spellings(text: str) -> Iterator[bytes]:
    """The text as it is, and as JSON, URLs, HTML, Python and Base64 have it."""
    for one in {text, text.lower(), text.upper()}:
        yield from (one.encode(), one.encode("latin-1", "replace"), one.encode("unicode_escape"))
        for spelled in (json.dumps(one)[1:-1], quote(one), quote(one, safe=""), quote_plus(one), html.escape(one)):
            yield spelled.encode()
    for raw in (text.encode(), f":{text}".encode()):
        yield base64.b64encode(raw).rstrip(b"=")[:-1]


def spellings_of_number(number: str) -> Iterator[bytes]:
    """The number as it was sent, and the last seven of its digits with what people put between digits."""
    yield from spellings(number)
    digits = "".join(one for one in number if one.isdigit())[-7:]
    for gap in ("", " ", "-", ".", "/", "%20"):
        yield gap.join([digits[:3], digits[3:5], digits[5:]]).encode()


def found(paths: Iterable[Path], texts: Iterable[str], numbers: Iterable[str]) -> list[bytes]:
    """What of it stands in these files, in whatever spelling."""
    raw = b"".join(path.read_bytes() for path in paths)
    looked_for = {one for text in texts for one in spellings(text)}
    looked_for |= {one for number in numbers for one in spellings_of_number(number)}
    return sorted(one for one in looked_for if len(one) > 3 and one in raw)
