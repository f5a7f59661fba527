"""The few files that pages are made of. They are small on the wire: a stranger may fetch them, too."""

import gzip
import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, abort

FOLDER = Path(__file__).with_name("static")
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# Their address changes with them.
_FOREVER = "public, max-age=31536000, immutable"


def add_static_files(blueprint: Blueprint) -> None:
    """`/console/static/<name>`."""

    @blueprint.get("/console/static/<name>")
    def static_file(name: str) -> Response:
        file = FOLDER / name
        if file.suffix not in _TYPES or file.name not in _names():
            abort(404)
        # Every browser of the last twenty years unpacks it.
        headers = {"Content-Encoding": "gzip", "Cache-Control": _FOREVER}
        return Response(_packed(name), mimetype=_TYPES[file.suffix], headers=headers)


@cache
def address_of_static(name: str) -> str:
    """Where a page finds the file."""
    digest = hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()[:12]
    return f"/console/static/{name}?v={digest}"


@cache
def _packed(name: str) -> bytes:
    return gzip.compress((FOLDER / name).read_bytes(), mtime=0)


@cache
def _names() -> frozenset[str]:
    return frozenset(path.name for path in FOLDER.iterdir())
