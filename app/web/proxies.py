"""What the proxies in front tell of a request."""

from collections.abc import Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")


class _Proxies(ProxyFix):
    """Counts entries by their commas, as the proxies do that add one: a sender's quote makes one of no two."""

    def __call__(self, environ: Any, start_response: Any) -> Iterable[bytes]:
        for name in _FORWARDED:
            if name in environ:
                environ[name] = environ[name].replace('"', "")
        return super().__call__(environ, start_response)


def believe_proxies(app: Flask, count: int) -> None:
    """The sender's address and scheme are what the last `count` entries of `X-Forwarded-For` and `-Proto` say.

    What a sender writes there itself stands before them and is not believed.
    """
    if count:
        app.wsgi_app = _Proxies(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
