"""The HTTP under simple-salesforce, which by itself knows no timeout and reuses sockets for ever."""

from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.utils import get_encoding_from_headers
from urllib3.exceptions import DecodeError, ProtocolError, ReadTimeoutError

from app.crm.salesforce.calls import Calls
from app.crm.salesforce.connection import POOLS
from app.crm.salesforce.http_session import SalesforceSession, place_of
from app.metrics import Meter

# Of instances, login servers and where they redirect to. The library forgets the pools of others.
_MOST_PLACES = 10


class SalesforceAdapter(HTTPAdapter):
    """Reads answers whole. With `origin` set, all requests go there: that is the sandbox.

    All requests to one place go the same way: how is decided by the first.
    """

    def __init__(self, connections: int, origin: str | None, calls: Calls) -> None:
        self._origin = origin
        self._calls = calls
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
        return self._calls.measure(str(request.url), lambda: self._send(request, *args, **options))

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
