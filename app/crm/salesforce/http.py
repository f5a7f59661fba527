"""The HTTP session under simple-salesforce, which by itself knows no timeout and reuses sockets for ever."""

import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from app.crm.salesforce.calls import Calls
from app.crm.salesforce.http_session import READ_TIMEOUT, SalesforceSession
from app.metrics import Meter

# Salesforce and the boxes in between drop idle connections without a word.
IDLE_LIMIT = 30.0


class _Fresh:
    """A connection that counts as dropped once it has been idle for `IDLE_LIMIT` seconds."""

    _used = 0.0
    _cut_off = False
    _there = False
    sock: socket.socket | None
    timeout: float | None

    def connect(self) -> None:
        self._there = False
        super().connect()  # type: ignore[misc]
        self._there = True
        self._used = time.monotonic()

    @property
    def has_connected_to_proxy(self) -> bool:
        # What has broken is closed by now, and urllib3 would take it for a proxy that was never reached.
        return self._there or super().has_connected_to_proxy  # type: ignore[misc]

    def getresponse(self) -> Any:
        # A time-out of the socket bounds each read; only this bounds headers that arrive one by one.
        guard = threading.Timer(self.timeout or READ_TIMEOUT, self._cut)
        guard.start()
        try:
            response = super().getresponse()  # type: ignore[misc]
        except (OSError, HTTPException) as error:
            if self._cut_off:
                raise TimeoutError("the answer's headers took too long") from error
            raise
        finally:
            guard.cancel()
        if self._cut_off:  # the end of the connection also ends the headers, and looks like a whole answer
            raise TimeoutError("the answer's headers took too long")
        self._used = time.monotonic()
        return response

    def _cut(self) -> None:
        self._cut_off = True
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    @property
    def is_connected(self) -> bool:
        fresh = time.monotonic() - self._used < IDLE_LIMIT
        return fresh and super().is_connected  # type: ignore[misc]


class _FreshHttp(_Fresh, HTTPConnection):
    pass


class _FreshHttps(_Fresh, HTTPSConnection):
    pass


class _HttpPool(HTTPConnectionPool):
    ConnectionCls = _FreshHttp


class _HttpsPool(HTTPSConnectionPool):
    ConnectionCls = _FreshHttps


_POOLS = {"http": _HttpPool, "https": _HttpsPool}
_PART = 65_536


class SalesforceAdapter(HTTPAdapter):
    """Reads answers whole and in time. With `origin` set, all requests go there: that is the sandbox."""

    def __init__(self, connections: int, origin: str | None, calls: Calls) -> None:
        self._origin = origin
        self._calls = calls
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        return self._calls.measure(str(request.url), lambda: self._send(request, *args, **options))

    def _send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        if self._origin:
            url = urlsplit(str(request.url))
            request.url = self._origin + url.path + (f"?{url.query}" if url.query else "")
        end = time.monotonic() + options["timeout"][1]
        response = super().send(request, *args, **{**options, "stream": True})
        _read_until(response, end)
        return response


def _read_until(response: Response, end: float) -> None:
    """Reads the body, which may arrive byte by byte, but no longer than until then."""
    parts = []
    try:
        while part := response.raw.read1(_PART, decode_content=True):
            parts.append(part)
            if time.monotonic() > end:
                raise ReadTimeout("the answer's body took too long", response=response)
    except ReadTimeoutError as error:
        raise ReadTimeout(error, response=response) from error
    except (ProtocolError, DecodeError) as error:
        raise ChunkedEncodingError(error, response=response) from error
    finally:
        # What has been read to its end goes back to the pool, all else is closed.
        response.raw.release_conn() if response.raw.closed else response.close()
    response._content = b"".join(parts)
    response._content_consumed = True  # type: ignore[attr-defined]


def build_http(connections: int, origin: str | None = None, meter: Meter | None = None) -> SalesforceSession:
    """A session for `connections` calls at a time. `origin` ("http://127.0.0.1:8001") leads to a sandbox."""
    session = SalesforceSession(origin)
    adapter = SalesforceAdapter(connections, origin, Calls(meter or Meter()))
    session.mount("https://", adapter)
    if origin is None:
        # Nothing is ever sent in the open.
        del session.adapters["http://"]
    else:
        session.mount("http://", adapter)
    return session
