"""Connections to Salesforce: none is reused that has grown stale, and an answer has a time in which it is whole."""

import io
import socket
import time
from http.client import HTTPResponse
from typing import Any

from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

# Salesforce and the boxes in between drop idle connections without a word.
IDLE_LIMIT = 30.0


class _ReadInTime(io.RawIOBase):
    """Reads from a socket, however slowly the bytes come, but no longer than until `end`."""

    def __init__(self, raw: io.RawIOBase, connection: socket.socket, end: float) -> None:
        self._raw, self._socket, self._end = raw, connection, end

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the answer took too long")
        # A time-out of the socket bounds each read; an answer may come byte by byte.
        self._socket.settimeout(left)
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Fresh:
    """A connection that counts as dropped once it has been idle for `IDLE_LIMIT` seconds."""

    _used = 0.0
    _end = 0.0
    _there = False
    _held: list[bytes] | None = None
    timeout: float

    def connect(self) -> None:
        self._there = False
        self._end = time.monotonic() + self.timeout
        super().connect()  # type: ignore[misc]
        self._there = True
        self._used = time.monotonic()

    @property
    def has_connected_to_proxy(self) -> bool:
        # What has broken is closed by now, and urllib3 would take it for a proxy that was never reached.
        return self._there or super().has_connected_to_proxy  # type: ignore[misc]

    @property
    def is_connected(self) -> bool:
        fresh = time.monotonic() - self._used < IDLE_LIMIT
        return fresh and super().is_connected  # type: ignore[misc]

    def request(self, *arguments: Any, **options: Any) -> None:
        # Head and body go in one piece; by itself the library sends two.
        held: list[bytes] = []
        self._held = held
        try:
            super().request(*arguments, **options)  # type: ignore[misc]
        finally:
            self._held = None
        self.send(b"".join(held))

    def send(self, data: bytes) -> None:
        if self._held is None:
            super().send(data)  # type: ignore[misc]
        else:
            self._held.append(data)

    def getresponse(self) -> Any:
        self._end = time.monotonic() + self.timeout
        response = super().getresponse()  # type: ignore[misc]
        self._used = time.monotonic()
        return response

    def response_class(self, connection: socket.socket, *arguments: Any, **options: Any) -> HTTPResponse:
        """An answer that has to be whole in time, head and body together."""
        response = HTTPResponse(connection, *arguments, **options)
        raw = _ReadInTime(response.fp.detach(), connection, self._end)
        response.fp = io.BufferedReader(raw)
        return response


class _FreshHttp(_Fresh, HTTPConnection):  # type: ignore[misc]
    pass


class _FreshHttps(_Fresh, HTTPSConnection):  # type: ignore[misc]
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _FreshHttp  # type: ignore[assignment]


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _FreshHttps  # type: ignore[assignment]


POOLS = {"http": _HttpPool, "https": _HttpsPool}
