"""gunicorn's answers, without its name, and one for what cannot be read at all."""

import json
from typing import Any

from gunicorn.http.wsgi import Response

from app.domain.reasons import Reason
from app.web.answers import HEADERS


class Answer(Response):  # type: ignore[misc]
    """Ends the connection when a body was not read: what follows on it could be taken for a request."""

    def default_headers(self) -> list[str]:
        """The first lines of the answer."""
        if has_unread_body(self.req):
            self.force_close()
        return [line for line in super().default_headers() if not line.startswith("Server:")]


def has_unread_body(req: Any) -> bool:
    """Whether more of the request is to come."""
    reader = req.body.reader
    return bool(getattr(reader, "length", 0)) or getattr(reader, "parser", None) is not None


def unreadable(error: str, request_id: str) -> bytes:
    """A whole answer to what is no request. `error` is the name of what is wrong."""
    body = json.dumps(
        {
            "status": "invalid",
            "reason": Reason.BODY_NOT_UNDERSTOOD.word,
            "message": f"This is no valid HTTP request ({error}). Encode what stands in the URL, "
            "spaces and umlauts too, or send the callback in the body.",
            "requestId": request_id,
        }
    ).encode()
    headers = {"Connection": "close", "Content-Type": "application/json", "Content-Length": len(body), **HEADERS}
    lines = ["HTTP/1.1 500 Error", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body
