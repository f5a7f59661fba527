"""A result that one of several processes finds and all of them read."""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from app.memory import nameless_file


class SharedResult:
    """To be made before the processes fork. Holds one JSON object; safe to use from many threads and processes."""

    def __init__(self) -> None:
        self._file = nameless_file("crm-check")
        self._lock = threading.Lock()

    @contextmanager
    def claim(self) -> Iterator[bool]:
        """Whether the work is ours now; a process that dies gives it back."""
        with self._lock:
            ours = False
            with suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                ours = True
            try:
                yield ours
            finally:
                if ours:
                    fcntl.lockf(self._file, fcntl.LOCK_UN)

    def write(self, result: Mapping[str, Any]) -> None:
        """Puts it in the place of the one before."""
        body = json.dumps(result).encode()
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, body, 0)

    def read(self) -> Mapping[str, Any] | None:
        """The result, if there is one."""
        try:
            found = json.loads(os.pread(self._file, os.fstat(self._file).st_size, 0))
        except ValueError:  # none yet, or one is being written
            return None
        return found if isinstance(found, dict) else None
