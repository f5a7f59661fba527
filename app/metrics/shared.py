"""Numbers that the processes of a service share. They lie in memory: a folder can vanish, and a disk be full."""

import fcntl
import mmap
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

from app.memory import nameless_file

# Memory is taken only as far as it is written.
SLOTS = 64
SLOT_BYTES = 512 * 1024
_WORD = 8


class Slot:
    """What one process counts: series of numbers, each with a key. Another process may read it at any time.

    It is words of 8 bytes. The first says how many are in use; then each series has the length of its key, the count
    of its numbers, its key and its numbers.
    """

    def __init__(self, memory: memoryview) -> None:
        self.numbers = memory.cast("d")
        self._bytes = memory
        self._counts = memory.cast("Q")
        self._places = {key: first for key, first, _ in self._series()}
        self._groups = Counter(key.partition(b"\0")[0] for key in self._places)

    def find(self, key: bytes) -> int | None:
        """Where the first number of this series is."""
        return self._places.get(key)

    def size_of(self, group: bytes) -> int:
        """How many series have a key that begins with this word."""
        return self._groups[group]

    def add(self, key: bytes, count: int) -> int:
        """Makes room for so many numbers, all 0. Raises `OverflowError` when the slot is full."""
        at = self._counts[0] or 1
        first = at + 2 + _words(key)
        if (first + count) * _WORD > len(self._bytes):
            raise OverflowError("the slot is full")
        self._counts[at], self._counts[at + 1] = len(key), count
        self._bytes[(at + 2) * _WORD : (at + 2) * _WORD + len(key)] = key
        # One that died here may have left something.
        self._bytes[first * _WORD : (first + count) * _WORD] = bytes(count * _WORD)
        # Who reads may do so now.
        self._counts[0] = first + count
        self._places[key] = first
        self._groups[key.partition(b"\0")[0]] += 1
        return first

    def read(self) -> Iterator[tuple[bytes, list[float]]]:
        """Each series."""
        for key, first, count in self._series():
            yield key, list(self.numbers[first : first + count])

    def _series(self) -> Iterator[tuple[bytes, int, int]]:
        at, end = 1, self._counts[0]
        while at < end:
            length, count = self._counts[at], self._counts[at + 1]
            key = bytes(self._bytes[(at + 2) * _WORD : (at + 2) * _WORD + length])
            first = at + 2 + _words(key)
            yield key, first, count
            at = first + count


class SharedNumbers:
    """To be made before the processes fork. Each of them has a slot; one that dies leaves it, as it is, to the next.

    A slot is taken by a lock that ends with its process, however that ends. Nobody waits for another. A process that
    finds no slot counts for itself.
    """

    def __init__(self) -> None:
        self._memory = _shared_memory()
        self._locks = nameless_file("ringback-metrics")
        self._pid = 0
        self._own: Slot | None = None

    def own(self) -> Slot:
        """The slot of this process."""
        if self._own is None or self._pid != os.getpid():
            self._own, self._pid = Slot(self._take()), os.getpid()
        return self._own

    def all(self) -> Iterator[Slot]:
        """Those of all processes, with what the dead have counted."""
        own = self.own()
        for number in range(len(self._memory) // SLOT_BYTES):
            yield Slot(self._at(number))
        if own.numbers.obj is not self._memory.obj:
            yield own

    def _take(self) -> memoryview:
        for number in range(len(self._memory) // SLOT_BYTES):
            with suppress(OSError):  # another process has it
                fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                return self._at(number)
        return memoryview(bytearray(SLOT_BYTES))

    def _at(self, number: int) -> memoryview:
        return self._memory[number * SLOT_BYTES : (number + 1) * SLOT_BYTES]


def _shared_memory() -> memoryview:
    try:
        return memoryview(mmap.mmap(-1, SLOTS * SLOT_BYTES))
    except OSError:  # so much is not to be had
        return memoryview(b"")


def _words(key: bytes) -> int:
    return -(-len(key) // _WORD)
