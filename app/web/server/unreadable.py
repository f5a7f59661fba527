"""The answer to what cannot be read at all."""

import json

from app.domain.reasons import Reason
from app.web.answers import HEADERS


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
