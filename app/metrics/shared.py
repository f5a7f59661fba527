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
    """What one process counts: series of numbers, each with a key. Anybody may read its memory at any time.

    It is words of 8 bytes. The first says how many are in use; then each series has the length of its key, the count
    of its numbers, its key and its numbers.
    """

    def __init__(self, memory: memoryview) -> None:
        self.memory = memory
        self.numbers = memory.cast("d")
        self._counts = memory.cast("Q")
        # Where the first number of each series is.
        self.places = {key: first for key, first, _ in _series(memory)}
        self._groups = Counter(key.partition(b"\0")[0] for key in self.places)

    def size_of(self, group: bytes) -> int:
        """How many series have a key that begins with this word."""
        return self._groups[group]

    def add(self, key: bytes, count: int) -> int:
        """Makes room for so many numbers, all 0. Raises `OverflowError` when the slot is full."""
        at = self._counts[0] or 1
        first = at + 2 + _words(len(key))
        if (first + count) * _WORD > len(self.memory):
            raise OverflowError("the slot is full")
        self._counts[at], self._counts[at + 1] = len(key), count
        self.memory[(at + 2) * _WORD : (at + 2) * _WORD + len(key)] = key
        # One that died here may have left something.
        self.memory[first * _WORD : (first + count) * _WORD] = bytes(count * _WORD)
        # Who reads may do so now.
        self._counts[0] = first + count
        self.places[key] = first
        self._groups[key.partition(b"\0")[0]] += 1
        return first


class SharedNumbers:
    """To be made before the processes fork. Each of them has a slot; one that dies leaves it, as it is, to the next.

    A slot is taken by a lock that ends with its process, however that ends. Nobody waits for another. A process that
    finds no slot counts for itself.
    """

    def __init__(self) -> None:
        self._memory, self._locks = _shared_memory()
        self._pid = 0
        self._own: Slot | None = None

    def take(self) -> Slot:
        """The slot of this process, from now on. To be called once in each process."""
        self._own, self._pid = Slot(self._take()), os.getpid()
        return self._own

    def read(self) -> Iterator[tuple[bytes, list[float]]]:
        """Each series of all processes, with what the dead have counted. Nobody who counts waits for this."""
        slots = [self._at(number) for number in range(len(self._memory) // SLOT_BYTES)]
        if self._own and self._pid == os.getpid() and self._own.memory.obj is not self._memory.obj:
            slots.append(self._own.memory)
        for memory in slots:
            numbers = memory.cast("d")
            for key, first, count in _series(memory):
                yield key, list(numbers[first : first + count])

    def _take(self) -> memoryview:
        for number in range(len(self._memory) // SLOT_BYTES):
            with suppress(OSError):  # another process has it
                fcntl.lockf(self._locks, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
                return self._at(number)
        return memoryview(bytearray(SLOT_BYTES))

    def _at(self, number: int) -> memoryview:
        return self._memory[number * SLOT_BYTES : (number + 1) * SLOT_BYTES]


def _series(memory: memoryview) -> Iterator[tuple[bytes, int, int]]:
    """The key of each series, where its first number is, and how many it has."""
    words = memory.cast("Q")
    at, end = 1, words[0]
    while at < end:
        length, count = words[at], words[at + 1]
        first = at + 2 + _words(length)
        yield bytes(memory[(at + 2) * _WORD : (at + 2) * _WORD + length]), first, count
        at = first + count


def _shared_memory() -> tuple[memoryview, int]:
    """The memory of all slots, and the file that is locked for them; where these are not to be had, no slots."""
    try:
        return memoryview(mmap.mmap(-1, SLOTS * SLOT_BYTES)), nameless_file("ringback-metrics")
    except OSError:
        return memoryview(b""), -1


def _words(length: int) -> int:
    return -(-length // _WORD)
