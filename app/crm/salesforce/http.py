"""The HTTP session under simple-salesforce, which by itself knows no timeout and reuses sockets for ever."""

import time
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

CONNECT_TIMEOUT = 3.05
READ_TIMEOUT = 10.0
# Salesforce and the boxes in between drop idle connections without a word.
IDLE_LIMIT = 30.0


class _Fresh:
    """A connection that counts as dropped once it has been idle for `IDLE_LIMIT` seconds."""

    _used = 0.0

    def connect(self) -> None:
        super().connect()  # type: ignore[misc]
        self._used = time.monotonic()

    def getresponse(self) -> Any:
        response = super().getresponse()  # type: ignore[misc]
        self._used = time.monotonic()
        return response

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


class SalesforceAdapter(HTTPAdapter):
    """Gives every request a timeout. With `origin` set, all https requests go there: that is the sandbox."""

    def __init__(self, connections: int, origin: str | None = None) -> None:
        self._origin = origin
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        if options.get("timeout") is None:
            options["timeout"] = (CONNECT_TIMEOUT, READ_TIMEOUT)
        if self._origin:
            url = urlsplit(str(request.url))
            request.url = self._origin + url.path + (f"?{url.query}" if url.query else "")
        return super().send(request, *args, **options)


def build_http(connections: int, origin: str | None = None) -> Session:
    """A session for `connections` calls at a time. `origin` ("http://127.0.0.1:8001") leads to a sandbox."""
    session = Session()
    session.headers["User-Agent"] = "Ringback"
    # A proxy or a certificate bundle in the environment is meant for Salesforce, not for a sandbox on this machine.
    session.trust_env = origin is None
    session.mount("https://", SalesforceAdapter(connections, origin))
    return session
