"""The HTTP under simple-salesforce, which by itself knows no timeout and reuses sockets for ever.

No connection is reused that has grown stale, an answer has a time in which it is whole, and each call is measured.
"""

import io
import re
import socket
import time
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, RequestException, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from app.crm.salesforce.http_session import SalesforceSession, place_of
from app.metrics import Meter, Metric

# Of instances, login servers and where they redirect to. The library forgets the pools of others.
_MOST_PLACES = 10
# Salesforce and the boxes in between drop idle connections without a word.
IDLE_LIMIT = 30.0
_LIMIT = re.compile(r"api-usage=(\d+)/(\d+)")
_KINDS = re.compile(r"/services/(?:data/v[\d.]+/)?(oauth2/token|composite/sobjects|composite|query|sobjects)\b")
_NAMES = {"oauth2/token": "login", "composite/sobjects": "collection"}


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


class SalesforceAdapter(HTTPAdapter):
    """Reads answers whole. With `origin` set, all requests go there: that is the sandbox.

    All requests to one place go the same way: how is decided by the first.
    """

    def __init__(self, connections: int, origin: str | None, meter: Meter) -> None:
        self._origin = origin
        self._meter = meter
        self._pools: dict[str, Any] = {}
        super().__init__(pool_connections=_MOST_PLACES, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def get_connection_with_tls_context(
        self, request: PreparedRequest, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        url = str(request.url)
        place = self._origin or place_of(url)
        pool = self._pools.get(place)
        if pool is None:
            pool = super().get_connection_with_tls_context(request, verify, proxies=proxies, cert=cert)
            super().cert_verify(pool, url, verify, cert)  # type: ignore[no-untyped-call]
            if len(self._pools) >= _MOST_PLACES:
                self._pools.clear()
            self._pools[place] = pool
        return pool

    def cert_verify(self, *_: Any) -> None:
        """Done when the pool was built."""

    def request_url(self, request: PreparedRequest, _proxies: Any) -> str:
        """Without the host: it goes to Salesforce itself, or through a tunnel."""
        return request.path_url

    def build_response(self, request: PreparedRequest, raw: Any) -> Response:
        """As the library's, without cookies: a call with a token needs none."""
        response = Response()
        response.status_code, response.reason = raw.status, raw.reason
        response.headers = raw.headers
        response.encoding = get_encoding_from_headers(raw.headers)
        response.raw, response.request, response.url = raw, request, str(request.url)
        return response

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """Measures it, and keeps what Salesforce says of the org's API limit."""
        kind, began, result = _kind_of(str(request.url)), time.monotonic(), "none"
        try:
            response = self._send(request, *args, **options)
            result = f"{response.status_code // 100}xx"
        except RequestException as error:
            # What broke off has a head.
            result = "broken" if error.response is not None else "none"
            raise
        finally:
            self._meter.observe(Metric.CRM_SECONDS, time.monotonic() - began, kind, result)
        if told := _LIMIT.search(response.headers.get("Sforce-Limit-Info", "")):
            self._meter.set(Metric.API_USED, float(told[1]))
            self._meter.set(Metric.API_LIMIT, float(told[2]))
        return response

    def _send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        if self._origin:
            request.url = self._origin + request.path_url
        response = super().send(request, *args, **options)
        _read(response)
        return response


def _read(response: Response) -> None:
    try:
        response._content = response.raw.read(decode_content=True)
    except ReadTimeoutError as error:
        raise ReadTimeout(error, response=response) from error
    except (ProtocolError, DecodeError) as error:
        raise ChunkedEncodingError(error, response=response) from error
    finally:
        # What has been read to its end goes back to the pool, all else is closed.
        response.raw.release_conn() if response.raw.closed else response.close()
    response._content_consumed = True  # type: ignore[attr-defined]


def _kind_of(url: str) -> str:
    """What sort of call it is: a few words, whatever is asked for."""
    found = _KINDS.match(urlsplit(url).path)
    return _NAMES.get(found[1], found[1]) if found else "other"


def build_http(connections: int, origin: str | None = None, meter: Meter | None = None) -> SalesforceSession:
    """A session for `connections` calls at a time. `origin` ("http://127.0.0.1:8001") leads to a sandbox."""
    session = SalesforceSession(origin)
    adapter = SalesforceAdapter(connections, origin, meter or Meter())
    session.mount("https://", adapter)
    if origin is None:
        # Nothing is ever sent in the open.
        del session.adapters["http://"]
    else:
        session.mount("http://", adapter)
    return session
