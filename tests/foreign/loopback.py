"""How the Python clients, which insist on https://….my.salesforce.com, are led to the sandbox: by their transport."""

from typing import Any
from urllib.parse import urlsplit

import httpx
import requests
from requests.adapters import HTTPAdapter

MY_DOMAIN = "ringback.my"
"""What comes before `.salesforce.com`. Nothing ever asks for this host."""
ORIGIN = f"https://{MY_DOMAIN}.salesforce.com"
SECONDS = 20.0


class Adapter(HTTPAdapter):
    """For requests: mounted on `https://`, sends every request to one origin instead."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        super().__init__()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        parts = urlsplit(request.url or "")
        request.url = self._origin + parts.path + (f"?{parts.query}" if parts.query else "")
        options["timeout"] = options.get("timeout") or SECONDS
        return super().send(request, *args, **options)


def requests_session(origin: str) -> requests.Session:
    """A session for which all of https is the sandbox."""
    session = requests.Session()
    session.trust_env = False
    session.mount("https://", Adapter(origin))
    return session


class Transport(httpx.AsyncHTTPTransport):
    """For httpx: the same."""

    def __init__(self, origin: str) -> None:
        self._origin = httpx.URL(origin)
        super().__init__()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        there = self._origin
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        request.headers["Host"] = there.netloc.decode()
        return await super().handle_async_request(request)
