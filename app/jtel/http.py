"""The HTTP under the client: calls end in time, go to jtel only, and are sent again only where that is harmless."""

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests import PreparedRequest, RequestException, Response
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from app.jtel.access import JtelAccess
from app.jtel.answers import read_answer, refusal, unreadable
from app.jtel.broken import broken
from app.jtel.call import JtelCall
from app.jtel.errors import JtelError

T = TypeVar("T")
# No answer but a list is longer.
_LONGEST = 16 * 1024 * 1024
_PIECE = 64 * 1024


@dataclass(frozen=True)
class Patience:
    """In seconds: to connect, for a whole answer, and for a piece of a list, which is as long as it is.

    `pauses` are those before the second and the third try.
    """

    connect: float = 3.05
    answer: float = 10.0
    silence: float = 60.0
    pauses: tuple[float, ...] = (0.2, 1.0)


@dataclass(frozen=True)
class Request:
    """What a call asks for: its address below the base, its query and its body, where it has one."""

    call: JtelCall
    path: str
    query: Mapping[str, Any]
    body: Mapping[str, Any] | None = None


class _Bearer(AuthBase):
    """The token. With it no login of a .netrc takes its place."""

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class JtelHttp:
    """Safe to use from many threads. No redirect is followed, so the token goes nowhere else."""

    def __init__(self, access: JtelAccess, patience: Patience) -> None:
        self.silence = patience.silence
        self._base = access.base
        self._patience = patience
        self._session = requests.Session()
        # A proxy or a certificate bundle in the environment is meant for what is not on this machine.
        self._session.trust_env = not _is_here(access.url)
        self._session.auth = _Bearer(access.token)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        # A connection that has been idle may be dead, and then nobody knows whether a create has arrived.
        self._session.headers.update({"User-Agent": "Ringback", "Accept": "application/json", "Connection": "close"})

    def ask(self, request: Request) -> Any:
        """The JSON of the answer, whole. Raises `JtelError` if jtel refuses, or gives none."""
        return self._with_retries(request, self._ask)

    def open(self, request: Request) -> Response:
        """The answer of a call that is read bit by bit; who asks has to close it. Raises `JtelError`."""
        return self._with_retries(request, self._open)

    def _with_retries(self, request: Request, send: Callable[[Request], T]) -> T:
        for pause in self._patience.pauses:
            try:
                return send(request)
            except JtelError as error:
                if not _may_repeat(error, request.call):
                    raise
            time.sleep(pause)
        return send(request)

    def _ask(self, request: Request) -> Any:
        end = time.monotonic() + self._patience.answer
        with self._send(request, self._patience.answer) as response:
            body = self._read(request, response, end)
        return read_answer(request.call, response.status_code, body)

    def _open(self, request: Request) -> Response:
        response = self._send(request, self._patience.silence)
        if response.status_code == requests.codes.ok:
            return response
        with response:
            body = self._read(request, response, time.monotonic() + self._patience.answer)
        raise refusal(request.call, response.status_code, body)

    def _send(self, request: Request, wait: float) -> Response:
        try:
            return self._session.request(
                request.call.method,
                self._base + request.path,
                params=request.query,
                json=request.body,
                timeout=(self._patience.connect, wait),
                stream=True,
                allow_redirects=False,
            )
        except (RequestException, HTTPError, OSError, ValueError) as error:
            raise broken(request.call, error) from error

    def _read(self, request: Request, response: Response, end: float) -> bytes:
        body = bytearray()
        try:
            while piece := response.raw.read1(_PIECE, decode_content=True):
                body += piece
                if len(body) > _LONGEST:
                    raise unreadable(request.call)
                if time.monotonic() > end:
                    raise TimeoutError("the answer took too long")
        except (HTTPError, OSError) as error:
            raise broken(request.call, error) from error
        return bytes(body)


def _may_repeat(error: JtelError, call: JtelCall) -> bool:
    return error.unsent or (call.repeatable and error.passes)


def _is_here(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    with suppress(ValueError):
        return ip_address(host).is_loopback
    return host == "localhost"
