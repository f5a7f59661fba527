"""gunicorn's worker, with an answer of ours where a request cannot be read at all."""

import json
from typing import Any

import structlog
from gunicorn import util
from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import ThreadWorker

from app.domain.reasons import Reason

log = structlog.get_logger()


class Worker(ThreadWorker):  # type: ignore[misc]
    """gunicorn would answer in HTML and repeat the request line there and in its log, with the numbers in its query."""

    def handle_error(self, req: Any, client: Any, addr: Any, exc: BaseException) -> None:
        """Answers a request that is no valid HTTP as any other that cannot be understood."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        log.info(
            "request", http=500, status="invalid", reason=Reason.BODY_NOT_UNDERSTOOD.word, error=type(exc).__name__
        )
        body = json.dumps(
            {
                "status": "invalid",
                "reason": Reason.BODY_NOT_UNDERSTOOD.word,
                "message": f"This is no valid HTTP request ({type(exc).__name__}). Encode what stands in the URL, "
                "spaces and umlauts too, or send the callback in the body.",
            }
        ).encode()
        head = (
            f"HTTP/1.1 500 Error\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        )
        try:
            util.write_nonblock(client, head.encode() + b"\r\n\r\n" + body)
        except OSError:  # the sender is gone
            return
