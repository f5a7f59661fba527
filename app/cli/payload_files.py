"""Payloads out of files, folders and standard input."""

import sys
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from app.cli.opened import StopError
from app.trial.fixture_files import WANTED
from app.trial.payload import Payload

STDIN = "-"


def payloads_in(names: Iterable[str], source: str | None, received_at: datetime | None) -> list[Payload]:
    """The payloads in these files and folders. `-` is standard input. Raises `StopError`."""
    return [Payload.of_file(path, raw, source, received_at) for name in names for path, raw in _read(name)]


def _read(name: str) -> Iterator[tuple[str, bytes]]:
    if name == STDIN:
        yield "standard input", sys.stdin.buffer.read()
        return
    path = Path(name)
    if path.is_dir() and not list(_files(path)):
        raise StopError(f"There is no payload in the folder {name}.")
    for file in _files(path) if path.is_dir() else [path]:
        try:
            yield str(file), file.read_bytes()
        except OSError as error:
            raise StopError(f"{file} cannot be read: {error.strerror}.") from error


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        # What a fixture wants is no payload.
        if path.is_file() and not hidden and not path.name.endswith(WANTED):
            yield path
