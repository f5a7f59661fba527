"""A file that makes whoever writes wait, and that cannot be told not to."""

import os
import time
from queue import SimpleQueue
from threading import Event, Thread

# Time for the thread to write a line that there is room for.
_LINE_SECONDS = 0.01


class BlockingFile:
    """A thread of its own writes: that may hang for ever, and nobody else does.

    Both stay as long as the process, since nobody can end a write that hangs.
    """

    def __init__(self, file: int) -> None:
        self._file = os.dup(file)
        self._begin()

    def _begin(self) -> None:
        self._idle = Event()
        self._idle.set()
        self._parts: SimpleQueue[bytes] = SimpleQueue()
        self._error: OSError | None = None
        Thread(target=self._run, args=(self._idle, self._parts), name="ringback-log", daemon=True).start()
        # No thread outlives a fork.
        self._pid = os.getpid()

    def send(self, _file: int, data: bytes, end: float) -> int:
        """Takes it all, unless what came before is still not written at the end. Raises `OSError`."""
        if self._pid != os.getpid():
            self._begin()
        self._wait(end)
        if not self._idle.is_set():
            raise TimeoutError
        self._error = None
        self._idle.clear()
        self._parts.put(data)
        # So that it is written before the process ends.
        self._wait(max(end, time.monotonic() + _LINE_SECONDS))
        if self._error is not None:
            raise self._error
        return len(data)

    def _wait(self, end: float) -> None:
        self._idle.wait(max(0.0, end - time.monotonic()))

    def _run(self, idle: Event, parts: "SimpleQueue[bytes]") -> None:
        while True:
            data = parts.get()
            try:
                while data:
                    data = data[os.write(self._file, data) :]
            except OSError as error:
                self._error = error
            idle.set()
