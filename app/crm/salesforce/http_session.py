"""The session that calls Salesforce: it follows a redirect only within Salesforce, and takes no login of a .netrc."""

import re
import time
from contextvars import ContextVar
from typing import Any
from urllib.parse import urljoin

from requests import PreparedRequest, Request, Response, Session
from requests.exceptions import ReadTimeout
from urllib3 import Timeout

from app.crm.salesforce.hosts import is_own
from app.domain.errors import CrmError
from app.domain.reasons import Reason

CONNECT_TIMEOUT = 3.05
READ_TIMEOUT = 10.0
MOST_REDIRECTS = 5
REDIRECTS = range(301, 400)
_KEEP_METHOD = (307, 308)
# Some servers say so of a POST that they have done.
_MAYBE_DONE = (302, 303)

# Nothing in it needs quoting, and no step leads up.
_PLAIN_URL = re.compile(r"(?!.*/\.)https?://[A-Za-z0-9.:-]+/[!#$&-;=?@A-Z_a-z~\[\]%]*")

# What is left for requests whose caller cannot say it, as the library's login.
time_left: ContextVar[float] = ContextVar("time_left", default=READ_TIMEOUT)


class SalesforceSession(Session):
    """Gives every request a timeout, which holds for all its redirects together. `origin` leads to a sandbox.

    What the environment says of a place, its proxy and its certificates, is looked up once.
    """

    def __init__(self, origin: str | None) -> None:
        super().__init__()
        self.headers["User-Agent"] = "Ringback"
        self.origin = origin
        # A proxy or a certificate bundle in the environment is meant for Salesforce, not for a sandbox on this machine.
        self.trust_env = origin is None
        # Without any, a login in a .netrc would take the place of the token.
        self.auth = _unchanged
        self._ways: dict[str, Any] = {}

    def prepare_request(self, request: Request) -> PreparedRequest:
        """As the library's, which looks for much more than a call with JSON and a token has."""
        if not _PLAIN_URL.fullmatch(request.url) or request.data or request.params:
            return super().prepare_request(request)
        prepared = PreparedRequest()
        prepared.method, prepared.url = request.method, request.url
        prepared.headers = {**self.headers, **request.headers}  # type: ignore[assignment]
        prepared.prepare_body(None, None, request.json)
        prepared.hooks = request.hooks
        prepared._cookies = self.cookies  # type: ignore[attr-defined]
        return prepared

    def merge_environment_settings(self, url: Any, *given: Any) -> Any:
        place = place_of(url)
        if place not in self._ways:
            self._ways[place] = super().merge_environment_settings(url, *given)
        return self._ways[place]

    def send(self, request: PreparedRequest, **options: Any) -> Response:
        """The answer. One that redirects has not been followed: it leads nowhere, elsewhere, or in a circle."""
        end = time.monotonic() + _seconds(options.pop("timeout", None))
        options = {"verify": options["verify"], "cert": options["cert"], "proxies": options["proxies"]}
        response = self._send(request, end, options)
        for _ in range(MOST_REDIRECTS):
            following = self._following(response, options) if response.is_redirect else None
            if following is None:
                break
            if time.monotonic() >= end:
                raise ReadTimeout("the redirects took too long", response=response)
            # Not the first place's: `NO_PROXY` may name this one.
            proxies = self.rebuild_proxies(following, self.proxies)  # type: ignore[no-untyped-call]
            response = self._send(following, end, {**options, "proxies": proxies})
        return response

    def _send(self, request: PreparedRequest, end: float, options: dict[str, Any]) -> Response:
        left = max(0.01, end - time.monotonic())
        timeout: Any = Timeout(connect=min(CONNECT_TIMEOUT, left), total=left)
        response = self.get_adapter(str(request.url)).send(request, stream=True, timeout=timeout, **options)
        for hook in request.hooks.get("response", ()):
            hook(response)
        return response

    def _following(self, response: Response, options: dict[str, Any]) -> PreparedRequest | None:
        """The request to which the answer redirects, if it may."""
        return next(self.resolve_redirects(response, response.request, yield_requests=True, **options), None)

    def get_redirect_target(self, resp: Response) -> str | None:
        """Where requests is to go on: nowhere if that is not Salesforce's, or what was sent would not arrive there."""
        if resp.status_code not in _KEEP_METHOD and resp.request.method not in ("GET", "HEAD"):
            return None
        try:
            target = urljoin(str(resp.url), super().get_redirect_target(resp) or "")
        except ValueError:
            return None
        return target if resp.is_redirect and is_own(target, self.origin) else None

    def rebuild_auth(self, prepared_request: PreparedRequest, response: Response) -> None:
        """The token stays in the request: where it is sent on is Salesforce as well."""


def redirected(status: int, *, writes: bool) -> CrmError:
    """An answer that redirects and was not followed. `writes` says whether the call would have written."""
    return CrmError(
        Reason.CRM_ANSWER_UNREADABLE,
        f"Salesforce's address redirects the call ({status}), but to no place of Salesforce's own that can take it. If "
        "it stays, check SALESFORCE_DOMAIN, and look for a proxy or a sign-in page between Ringback and Salesforce.",
        outcome_unknown=writes and status in _MAYBE_DONE,
        code=str(status),
    )


def place_of(url: str) -> str:
    """The part of an address before its path."""
    end = url.find("/", len("https://"))
    return url if end < 0 else url[:end]


def _unchanged(request: PreparedRequest) -> PreparedRequest:
    return request


def _seconds(timeout: Any) -> float:
    """For all of a call, of which requests knows only the time to connect and the time to read."""
    return float(timeout[1]) if timeout else min(READ_TIMEOUT, time_left.get())
