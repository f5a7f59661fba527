"""A socket whose peer may take its time: sending waits for nobody."""

import struct
from contextlib import suppress
from socket import SO_LINGER, SO_SNDBUF, SOL_SOCKET, socket
from typing import Any

from app.web.server.limits import SEND_BYTES

_AT_ONCE = struct.pack("ii", 1, 0)


class PatientSocket(socket):
    """Keeps what is to be sent until `deliver` is called, and then what the peer does not take yet."""

    def __init__(self, accepted: socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        with suppress(OSError):  # the peer is gone already
            self.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BYTES)
        self.kept = bytearray()

    def sendall(self, data: Any, flags: int = 0, /) -> None:  # noqa: ARG002
        """Keeps the data."""
        self.kept += data

    def deliver(self) -> bool:
        """Sends what the peer takes at once; says whether that was all. Raises `OSError` when the peer is gone."""
        self.setblocking(False)
        while self.kept:
            try:
                sent = self.send(self.kept)
            except BlockingIOError:
                return False
            del self.kept[:sent]
        return True

    def break_off(self) -> None:
        """Closes at once: the kernel, too, drops what the peer has not taken."""
        with suppress(OSError):
            self.setsockopt(SOL_SOCKET, SO_LINGER, _AT_ONCE)
        self.close()
