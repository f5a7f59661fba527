"""A disk that has only what was synced.

A write is safe when a sync of its file began after it had ended, and ended itself. A name (of a new file, or a new
one) is safe when its folder was synced, or the file under that name, as on ext4 and XFS.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.power_loss.trace import Event

SECTOR = 512


@dataclass(eq=False)
class File:
    """What is safe of a file, and what was done to it since."""

    safe: bytearray = field(default_factory=bytearray)
    pending: list[Event] = field(default_factory=list)


@dataclass(frozen=True)
class _Naming:
    """From `left` on a name stands for this file, or for none."""

    left: int
    path: str
    file: File | None


class Disk:
    """Takes the events in the order in which they ended. `root` was as `base` is when they began."""

    def __init__(self, base: Path, root: Path) -> None:
        self._root = str(root)
        self._base = base
        self._safe_names: dict[str, File] = {}
        for path in base.rglob("*"):
            if path.is_file():
                self._safe_names[f"{self._root}/{path.relative_to(base)}"] = File(bytearray(path.read_bytes()))
        self._names: dict[str, File] = dict(self._safe_names)
        self._namings: list[_Naming] = []
        self._untouched = dict.fromkeys(self._names.values())

    def take(self, event: Event) -> None:
        """One more event."""
        match event.call:
            case "create" | "link" | "rename":
                self._name(event)
            case "unlink":
                self._names.pop(event.target, None)
                self._namings.append(_Naming(event.left, event.target, None))
            case "mkdir":
                pass
            case "sync":
                self._sync(event)
            case _:
                file = self._file(event)
                file.pending.append(event)
                self._untouched.pop(file, None)

    def after_loss(self) -> dict[str, bytes]:
        """The files by their names below the root: all that was not synced is gone."""
        return {self._below(path): bytes(file.safe) for path, file in self._safe_names.items()}

    def after_torn_loss(self, choose: random.Random) -> dict[str, bytes]:
        """Of what was not synced each sector, size and name may be there: a disk writes in the order that it likes."""
        names = dict(self._safe_names)
        for naming in self._namings[: choose.randint(0, len(self._namings))]:
            _rename(names, naming)
        torn: dict[File, bytes] = {}
        for file in names.values():
            if file not in torn:
                torn[file] = _torn(file, choose) if file.pending else bytes(file.safe)
        return {self._below(path): torn[file] for path, file in names.items()}

    def unchanged(self) -> set[str]:
        """The names below the root whose files are as at the beginning."""
        return {
            self._below(path)
            for path, file in self._safe_names.items()
            if file in self._untouched and (self._base / self._below(path)).is_file()
        }

    def _name(self, event: Event) -> None:
        if event.call == "create":
            if event.path in self._names:
                return
            file, path = File(), event.path
        else:
            file, path = self._file(event), event.target
        if event.call == "rename":
            self._names.pop(event.path, None)
            self._namings.append(_Naming(event.left, event.path, None))
        self._names[path] = file
        # An old file under a new name is not as it was.
        self._untouched.pop(file, None)
        self._namings.append(_Naming(event.left, path, file))

    def _file(self, event: Event) -> File:
        return self._names.setdefault(event.path, File())

    def _sync(self, event: Event) -> None:
        file = self._names.get(event.path)
        if file is not None:
            for change in file.pending:
                if change.left <= event.entered:
                    _apply(file.safe, change)
            file.pending = [change for change in file.pending if change.left > event.entered]
        late = []
        for naming in self._namings:
            mine = str(PurePosixPath(naming.path).parent) == event.path or naming.path == event.path
            if mine and naming.left <= event.entered:
                _rename(self._safe_names, naming)
            else:
                late.append(naming)
        self._namings = late

    def _below(self, path: str) -> str:
        return path.removeprefix(f"{self._root}/")


def _rename(names: dict[str, File], naming: _Naming) -> None:
    if naming.file is None:
        names.pop(naming.path, None)
    else:
        names[naming.path] = naming.file


def _apply(data: bytearray, change: Event) -> None:
    if change.call == "write":
        _write(data, len(data) if change.offset < 0 else change.offset, change.data)
    elif change.call == "ftruncate":
        del data[change.offset :]
        data.extend(bytes(change.offset - len(data)))
    else:
        data.extend(bytes(max(0, change.offset - len(data))))


def _write(data: bytearray, offset: int, part: bytes) -> None:
    data.extend(bytes(max(0, offset + len(part) - len(data))))
    data[offset : offset + len(part)] = part


def _torn(file: File, choose: random.Random) -> bytes:
    data = bytearray(file.safe)
    for change in file.pending:
        if choose.random() < 0.5:
            continue
        if change.call != "write" or choose.random() < 0.5:
            _apply(data, change)
            continue
        for offset, sector in _sectors(change, len(data)):
            if choose.random() < 0.5:
                _write(data, offset, sector)
    return bytes(data)


def _sectors(change: Event, end: int) -> Iterator[tuple[int, bytes]]:
    first = end if change.offset < 0 else change.offset
    start = first
    while start < first + len(change.data):
        stop = min(start - start % SECTOR + SECTOR, first + len(change.data))
        yield start, change.data[start - first : stop - first]
        start = stop


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Puts them below the folder."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
