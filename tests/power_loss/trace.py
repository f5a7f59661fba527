"""Reads what strace has recorded: one file for each thread, every text as hexadecimal digits."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

CALLS = (
    "openat,pwrite64,pwritev,pwritev2,write,writev,ftruncate,fallocate,fsync,fdatasync,rename,renameat,renameat2,"
    "unlink,unlinkat,link,mkdir,sendto,sendmsg"
)
STRACE = [
    *("strace", "-ff", "--seccomp-bpf", "-y", "-xx", "-s", "2000000", "-e", "signal=none"),
    *("--absolute-timestamps=format:unix,precision:ns", "--syscall-times=ns", "-e", f"trace={CALLS}"),
]
_OPENED = re.compile(r"(\d+)<((?:\\x[0-9a-f]{2})+)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?')
_NANOSECONDS = 10**9
_ANSWER = re.compile(rb'\{"status":.*\}', re.DOTALL)


@dataclass(frozen=True)
class Event:
    """A call that succeeded. Between `entered` and `left` (nanoseconds) it was done.

    `path` is the file that was written to, and `target` what it is named from then on. An `offset` of -1 is the end.
    """

    entered: int
    left: int
    call: str
    path: str
    data: bytes = b""
    offset: int = 0
    target: str = ""


@dataclass(frozen=True)
class Answer:
    """What jtel was told, at the earliest at `entered`."""

    entered: int
    body: dict[str, Any]


def read_trace(folder: Path, root: Path) -> tuple[list[Event], list[Answer]]:
    """What became of the files below `root`, and the answers, in the order in which they were done."""
    events: list[Event] = []
    answers: list[Answer] = []
    for file in sorted(folder.iterdir()):
        with file.open() as lines:
            for one in _Thread(root).read(lines):
                if isinstance(one, Answer):
                    answers.append(one)
                else:
                    events.append(one)
    return sorted(events, key=lambda one: one.left), sorted(answers, key=lambda one: one.entered)


class _Thread:
    """The calls of one thread. It knows how far it has written in the files that it has opened itself."""

    def __init__(self, root: Path) -> None:
        self._root = str(root)
        self._places: dict[str, int] = {}

    def read(self, lines: Iterator[str]) -> Iterator[Event | Answer]:
        for line in lines:
            began, _, rest = line.partition(" ")
            rest, _, took = rest.rpartition(" <")
            # What failed, what the process has not lived to see, and how it ended.
            if not took[:1].isdigit() or " = -1 E" in rest[-200:] or rest.endswith(" = ?"):
                continue
            entered = _nanoseconds(began)
            left = entered + _nanoseconds(took.rstrip(">\n"))
            head, _, result = rest.rpartition(" = ")
            call, _, arguments = head.rstrip().removesuffix(")").partition("(")
            yield from self._event(call, arguments, result, entered, left)

    def _event(self, call: str, arguments: str, result: str, entered: int, left: int) -> Iterator[Event | Answer]:
        if call == "openat":
            yield from self._open(arguments, result, entered, left)
        elif call.startswith(("rename", "unlink", "link", "mkdir")):
            names = [self._absolute(_decoded(text)) for text, _ in _TEXT.findall(arguments)]
            if names[-1].startswith(self._root):
                yield Event(entered, left, re.sub("at2?$", "", call), names[0], target=names[-1])
        else:
            yield from self._written(call, arguments, result, entered, left)

    def _open(self, arguments: str, result: str, entered: int, left: int) -> Iterator[Event]:
        opened = _OPENED.match(result)
        if opened is None:
            return
        path = _decoded(opened[2])
        if not path.startswith(self._root):
            return
        self._places[opened[1]] = -1 if "O_APPEND" in arguments else 0
        if "O_CREAT" in arguments:
            yield Event(entered, left, "create", path)
        if "O_TRUNC" in arguments:
            yield Event(entered, left, "ftruncate", path)

    def _written(self, call: str, arguments: str, result: str, entered: int, left: int) -> Iterator[Event | Answer]:
        opened = _OPENED.match(arguments)
        if opened is None:
            return
        path = _decoded(opened[2])
        if path.startswith("socket:"):
            yield from _answers(arguments, entered)
        # What has no name any more comes back in no case.
        elif path.startswith(self._root) and not arguments[opened.end() :].startswith("(deleted)"):
            yield self._change(call, arguments, result, opened[1], path, entered, left)

    def _change(self, call: str, arguments: str, result: str, number: str, path: str, entered: int, left: int) -> Event:
        if call in ("fsync", "fdatasync"):
            return Event(entered, left, "sync", path)
        if call == "ftruncate":
            return Event(entered, left, call, path, offset=int(arguments.rpartition(", ")[2]))
        if call == "fallocate":
            start, length = (int(one) for one in arguments.split(", ")[-2:])
            return Event(entered, left, call, path, offset=start + length)
        data = _data(arguments)[: int(result)]
        if call.startswith("pwrite"):
            place = 3 if call == "pwritev2" else 1
            offset = int(arguments.rsplit(", ", 2)[-2] if place == 3 else arguments.rpartition(", ")[2])
        else:
            offset = self._places.get(number, 0)
            self._places[number] = offset if offset < 0 else offset + len(data)
        return Event(entered, left, "write", path, data, offset)

    def _absolute(self, path: str) -> str:
        # A server works in its folder.
        return path if path.startswith("/") else f"{self._root}/{path}"


def _answers(arguments: str, entered: int) -> Iterator[Answer]:
    found = _ANSWER.search(_data(arguments))
    if found and b'"acdEventsId"' in found[0]:
        yield Answer(entered, json.loads(found[0]))


def _data(arguments: str) -> bytes:
    parts = _TEXT.findall(arguments)
    if any(cut for _, cut in parts):
        raise ValueError("strace has cut a text: raise its -s")
    return b"".join(bytes.fromhex(text.replace("\\x", "")) for text, _ in parts)


def _decoded(text: str) -> str:
    return bytes.fromhex(text.replace("\\x", "")).decode()


def _nanoseconds(seconds: str) -> int:
    whole, _, part = seconds.partition(".")
    return int(whole) * _NANOSECONDS + int(part.ljust(9, "0"))
