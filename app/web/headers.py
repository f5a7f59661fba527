"""What every answer says to whoever shows or keeps it."""

from collections.abc import Mapping

from flask import Flask, Response, request

# Answers are for programs: nothing in them is to be run, framed, guessed at or kept.
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_BY_TLS_ONLY = "max-age=31536000"


def register_headers(app: Flask) -> None:
    """Every answer has them; a page may say otherwise of itself."""

    @app.after_request
    def harden(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if request.is_secure:
            response.headers["Strict-Transport-Security"] = _BY_TLS_ONLY
        return response
