"""The way of a line from what is said to what is written.

Whoever logs goes on, whether or not anybody takes the line.
"""

import json
import os
import select
import socket
import stat
import sys
import threading
import time
from collections.abc import Callable, MutableMapping, Sequence
from contextlib import suppress
from typing import Any, TextIO

import structlog

from app.observability.blocking_file import BlockingFile
from app.observability.masking import DIGIT, NO_NUMBERS, TOO_LONG, mask_text, shown
from app.observability.tracebacks import describe_exception

log = structlog.get_logger()

# Time for another thread to write a line that nobody is waited for.
_LINE_SECONDS = 0.01
# And to a file, on a machine that has other things to do.
_FILE_SECONDS = 2.0
# So long at most at once, and then only this share of the time: who goes on taking little is hardly waited for.
_PATIENCE_SECONDS = 0.2
_SHARE = 0.02


class Chain:
    """structlog's processors, one after the other. Where one fails, the line has its name and request id only."""

    def __init__(self, steps: Sequence[structlog.typing.Processor]) -> None:
        self._steps = steps

    def __call__(self, logger: Any, method: str, event: structlog.typing.EventDict) -> Any:
        name = event.get("event")
        try:
            line: Any = event
            for step in self._steps:
                line = step(logger, method, line)
            return line
        except structlog.DropEvent:
            raise
        except Exception as error:
            return _bare(name, method, error)


def cleaned(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Only what is known, and of whatever looks like a telephone number only the last two digits, however deep it lies.

    The text of an exception is its traceback.
    """
    if "exc_info" in event:
        event = describe_exception(logger, method, event)
    return {key: _shown(key, value) for key, value in event.items() if value is not None}


def _shown(key: str, value: Any) -> Any:
    # Nearly all values are seen to be harmless here, which costs little.
    kind = type(value)
    if kind is str and (key in NO_NUMBERS or not DIGIT.search(value)):
        return value
    if kind is int and (key in NO_NUMBERS or -TOO_LONG < value < TOO_LONG):
        return value
    return shown(key, value)


def _bare(name: Any, method: str, error: Exception) -> str:
    known = {"event": name, "request_id": structlog.contextvars.get_contextvars().get("request_id")}
    words = {key: mask_text(one) for key, one in known.items() if type(one) is str}
    return json.dumps({**words, "level": method, "line_failed": type(error).__name__})


class Output:
    """`name` is "stdout" or "stderr". Safe to use from many threads.

    A closed stream, a full disk and a reader that hangs cost lines, and nothing else: nothing is raised, and nobody
    waits for long.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._stream: TextIO | None = None
        self._descriptor: _Descriptor | None = None
        self._lock = threading.RLock()
        self._patience = _Patience()
        self._lost = 0
        self._counting = threading.RLock()

    def is_terminal(self) -> bool:
        """Whether a person reads along."""
        try:
            return bool(getattr(sys, self._name).isatty())
        except (AttributeError, ValueError, OSError):  # there is none, or it is closed
            return False

    def logger(self, *_: Any) -> "Output":
        """What structlog hands its lines to, whatever name the logger was given."""
        return self

    def msg(self, line: str) -> None:
        """Writes it, and says how many could not be written before. structlog calls it by the level's name."""
        if lost := self.write(line):
            log.warning("lines_lost", lines=lost)

    debug = info = warning = error = critical = msg

    def write(self, line: str) -> int:
        """Writes the line. If it got through, says how many before it did not."""
        began = time.monotonic()
        try:
            self._write(line + "\n", began + self._patience.left())
        except Exception:
            with self._counting:
                self._lost += 1
            return 0
        with self._counting:
            lost, self._lost = self._lost, 0
            return lost

    def _write(self, text: str, end: float) -> None:
        # A file has no reader that could be slow.
        of_file = self._descriptor is not None and self._descriptor.is_file
        began = time.monotonic()
        if not self._lock.acquire(timeout=_FILE_SECONDS if of_file else max(_LINE_SECONDS, end - began)):
            # Another thread has spent the time.
            raise TimeoutError
        began = time.monotonic()
        try:
            self._write_alone(text, end)
        finally:
            if not of_file:
                self._patience.spend(time.monotonic() - began)
            self._lock.release()

    def _write_alone(self, text: str, end: float) -> None:
        stream: TextIO = getattr(sys, self._name)
        if stream is not self._stream:
            self._stream, self._descriptor = stream, _descriptor_of(stream)
        encoding = getattr(stream, "encoding", None) or "utf-8"
        data = text.encode(encoding, "backslashreplace")
        if self._descriptor is not None:
            self._descriptor.write(data, end)
            return
        stream.write(data.decode(encoding))
        stream.flush()


class _Patience:
    """How long whoever logs may be held up, all lines together. It comes back with time, not with each line that gets
    through.
    """

    def __init__(self) -> None:
        # Since then what is spent has been coming back.
        self._empty_at = time.monotonic() - _PATIENCE_SECONDS / _SHARE

    def left(self) -> float:
        """In seconds."""
        return min(_PATIENCE_SECONDS, max(0.0, (time.monotonic() - self._empty_at) * _SHARE))

    def spend(self, seconds: float) -> None:
        """So long somebody has waited."""
        self._empty_at = time.monotonic() - (self.left() - seconds) / _SHARE


class _Descriptor:
    """What is behind a stream, opened for us alone: `file` is closed with this."""

    def __init__(self, file: int) -> None:
        self._file, self._send, self._most = _opened(file)
        self.is_file = stat.S_ISREG(os.fstat(file).st_mode)
        self._within_line = False

    def __del__(self) -> None:
        with suppress(AttributeError, OSError):
            os.close(self._file)

    def write(self, data: bytes, end: float) -> None:
        """Raises `OSError` when not all could be written in time."""
        if self._within_line:
            data = b"\n" + data
        while data:
            self._wait(end)
            with suppress(BlockingIOError):  # another process was faster
                sent = self._send(self._file, data[: self._most], end)
                self._within_line = not data[:sent].endswith(b"\n")
                data = data[sent:]

    def _wait(self, end: float) -> None:
        if self.is_file:
            return
        poll = select.poll()
        poll.register(self._file, select.POLLOUT)
        if not poll.poll(max(0.0, end - time.monotonic()) * 1000):
            raise TimeoutError


def _descriptor_of(stream: TextIO) -> _Descriptor | None:
    """None where no file is behind it, as in a test."""
    try:
        return _Descriptor(stream.fileno())
    except (AttributeError, OSError, ValueError):
        return None


def _opened(file: int) -> tuple[int, Callable[[int, bytes, float], int], int]:
    """It once more; what sends as much as goes without waiting; and how much it may be given."""
    kind = os.fstat(file).st_mode
    if stat.S_ISREG(kind):
        return os.dup(file), _write, sys.maxsize
    if stat.S_ISSOCK(kind):
        return os.dup(file), _send, sys.maxsize
    # A pipe that says it has room takes so much at once.
    try:
        # Anew, since other processes that have it may want to wait.
        own = os.open(f"/proc/self/fd/{file}", os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
    except OSError:  # another user's
        return os.dup(file), BlockingFile(file).send, select.PIPE_BUF
    return own, _write, select.PIPE_BUF


def _write(file: int, data: bytes, _end: float) -> int:
    return os.write(file, data)


def _send(file: int, data: bytes, _end: float) -> int:
    connection = socket.socket(fileno=file)
    try:
        return connection.send(data, socket.MSG_DONTWAIT)
    finally:
        connection.detach()
