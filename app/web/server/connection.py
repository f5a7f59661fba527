"""A connection: what has come of its next request's head, and what of its answer is still to go."""

import re
import struct
import time
from contextlib import suppress
from functools import partial
from socket import SO_LINGER, SO_SNDBUF, SOL_SOCKET, socket
from typing import Any

from gunicorn.http.parser import RequestParser
from gunicorn.http.unreader import SocketUnreader
from gunicorn.http.wsgi import Response
from gunicorn.workers.gthread import TConn

from app.waiting import aside
from app.web.server.limits import BODY_SECONDS, LEAVE_BYTES, READ_BYTES, SEND_BYTES

# The end of a head; or a line end that is none, which the parser refuses.
_END = re.compile(rb"\r\n\r\n|(?<!\r)\n")
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_AT_ONCE = struct.pack("ii", 1, 0)


class Connection(TConn):  # type: ignore[misc]
    """`head` is what has come and belongs to no request yet; `until` is how long its sender is waited for.

    `hasty`: its request came before the answer to the one before. `stays`: another one may follow the answer. Once
    `leaving`, what comes is thrown away. `watched` is for what the poller looks.
    """

    def __init__(self, cfg: Any, sock: Any, client: Any, server: Any) -> None:
        super().__init__(cfg, PatientSocket(sock), client, server)
        self.initialized = True
        self.parser = RequestParser(cfg, self.sock, client)
        self.parser.unreader = self.unreader = PatientUnreader(self.sock)
        self.head = bytearray()
        self.until = 0.0
        self.hasty = False
        self.stays = True
        self.leaving = False
        self.watched = 0
        self._thrown_away = 0
        self._searched = 0

    def take(self, data: bytes) -> int:
        """Keeps what has come, or throws it away. So many bytes are kept."""
        if self.leaving:
            self._thrown_away += len(data)
            return 0
        self.head += data
        return len(data)

    @property
    def sends_too_much(self) -> bool:
        """Whether it goes on sending though it has been answered."""
        return self._thrown_away > LEAVE_BYTES

    def is_whole(self) -> bool:
        """Whether the parser needs no more."""
        found = _END.search(self.head, max(0, self._searched - 3))
        self._searched = len(self.head)
        return found is not None

    def hand_over(self) -> None:
        """From now on the head is the parser's."""
        self.unreader.unread(bytes(self.head))
        self.drop_head()

    def hand_back(self) -> None:
        """What the last request has left is the beginning of the next one."""
        self.drop_head()
        self.head += self.unreader.take_buffered()

    def drop_head(self) -> None:
        """Nothing will come of it any more."""
        self.head = bytearray()
        self._searched = 0


class PatientUnreader(SocketUnreader):  # type: ignore[misc]
    """Waits for a body, but not for ever."""

    max_body_chunk = READ_BYTES

    def __init__(self, sock: Any) -> None:
        super().__init__(sock)
        self._until = 0.0
        self._invitation = b""

    def await_body(self, *, invited: bool) -> None:
        """The time for the body begins. `invited`: its sender waits to be asked for it."""
        self._until = time.monotonic() + BODY_SECONDS
        self._invitation = _CONTINUE if invited else b""

    def chunk(self, size_hint: int | None = None) -> bytes:
        """What has come. Raises `TimeoutError` when the time is over."""
        if self._invitation:
            self.sock.sendall(self._invitation)
            self.sock.deliver()
            self._invitation = b""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the body did not come in time")
        self.sock.settimeout(left)
        try:
            return bytes(aside(partial(super().chunk, size_hint)))
        finally:
            self.sock.settimeout(0.0)


class PatientSocket(socket):
    """Keeps what is to be sent until `deliver` is called, and then what the peer does not take yet.

    It blocks only while a body is read.
    """

    def __init__(self, accepted: socket) -> None:
        super().__init__(accepted.family, accepted.type, accepted.proto, accepted.detach())
        with suppress(OSError):  # the peer is gone already
            self.setsockopt(SOL_SOCKET, SO_SNDBUF, SEND_BYTES)
        self.settimeout(0.0)
        self.kept = bytearray()

    def setblocking(self, flag: bool, /) -> None:
        """Does nothing: gunicorn asks for it with each request, a call of the system each time."""

    def sendall(self, data: Any, flags: int = 0, /) -> None:  # noqa: ARG002
        """Keeps the data."""
        self.kept += data

    def deliver(self) -> bool:
        """Sends what the peer takes at once; says whether that was all. Raises `OSError` when the peer is gone."""
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


class Answer(Response):  # type: ignore[misc]
    """Ends the connection when a body was not read: what follows on it could be taken for a request."""

    def default_headers(self) -> list[str]:
        """The first lines of the answer."""
        if has_unread_body(self.req):
            self.force_close()
        return [line for line in super().default_headers() if not line.startswith("Server:")]


def has_unread_body(req: Any) -> bool:
    """Whether more of the request is to come."""
    reader = req.body.reader
    return bool(getattr(reader, "length", 0)) or getattr(reader, "parser", None) is not None
