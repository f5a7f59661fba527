"""Strangers who ask for much and take little of what they are told, all in one thread."""

import selectors
import socket
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from tests.support.patience import PATIENCE

# What each of them asks for again and again, and how many bytes of the answers it takes in a second.
Kind = tuple[bytes, int]
_TICK = 0.1


class Siege:
    """Holds while entered. Who is cut comes again at once; `cuts` counts how often that was."""

    def __init__(self, port: int, kinds: Sequence[Kind], count: int) -> None:
        self._port = port
        self._kinds = [kinds[index % len(kinds)] for index in range(count)]
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._hold)
        self._besiegers: dict[socket.socket, Kind] = {}
        self._poller = selectors.DefaultSelector()
        self.cuts = 0

    def __enter__(self) -> "Siege":
        for kind in self._kinds:
            self._come(kind)
        self._thread.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._end.set()
        self._thread.join()
        for one in self._besiegers:
            one.close()
        self._poller.close()

    def wait_for_cuts(self, count: int, seconds: float) -> None:
        """Waits until so many were cut."""
        end = time.monotonic() + seconds
        while self.cuts < count:
            assert time.monotonic() < end, f"only {self.cuts} were cut"
            time.sleep(_TICK)

    def _come(self, kind: Kind) -> None:
        one = socket.socket()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        one.settimeout(PATIENCE)
        one.connect(("127.0.0.1", self._port))
        one.setblocking(False)
        self._besiegers[one] = kind
        self._poller.register(one, selectors.EVENT_WRITE)

    def _hold(self) -> None:
        while not self._end.wait(_TICK):
            able = {key.fileobj for key, _ in self._poller.select(0)}
            for one, kind in list(self._besiegers.items()):
                if not self._go_on(one, kind, able=one in able):
                    self.cuts += 1
                    self._poller.unregister(one)
                    del self._besiegers[one]
                    one.close()
                    with suppress(OSError):  # nobody takes it just now
                        self._come(kind)

    def _go_on(self, one: socket.socket, kind: Kind, *, able: bool) -> bool:
        """Reads a little, asks for more; says whether it may stay."""
        asked, rate = kind
        try:
            if able:
                one.send(asked * 50)
            return rate == 0 or one.recv(max(1, int(rate * _TICK))) != b""
        except BlockingIOError:
            return True
        except OSError:
            return False
