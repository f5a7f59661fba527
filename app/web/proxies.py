"""What the proxies in front tell of a request."""

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix


def believe_proxies(app: Flask, count: int) -> None:
    """The sender's address and scheme are what the last `count` entries of `X-Forwarded-For` and `-Proto` say.

    What a sender writes there itself stands before them and is not believed.
    """
    if count:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=0)  # type: ignore[method-assign]
