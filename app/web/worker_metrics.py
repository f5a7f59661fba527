"""`/metrics` of a worker, which serves nothing else."""

import threading
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from socket import SHUT_RDWR
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import ServerHandler, WSGIRequestHandler, WSGIServer, make_server

import structlog
from flask import Flask

from app.domain.errors import ConfigError
from app.metrics import Meter
from app.web.answers import Answers
from app.web.auth import Secrets
from app.web.errors import register_errors
from app.web.guard import register
from app.web.metrics import Exposition, metrics_blueprint
from app.web.operator import OperatorAuthentication
from app.web.requests import register_requests
from app.web.server.unreadable import unreadable

log = structlog.get_logger()

CONNECTIONS = 16
# In seconds: for the request and for taking the answer, together.
SECONDS = 10.0


class _Server(ThreadingMixIn, WSGIServer):
    """Each connection has a thread, until its time is over or another needs its place: the first one makes room."""

    daemon_threads = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Until when each is served, the first one first.
        self._served: dict[Any, float] = {}
        self._lock = threading.Lock()

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._served[request] = time.monotonic() + SECONDS
        self._end(len(self._served) - CONNECTIONS)
        super().process_request(request, client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        """The library would print it, with what the sender said."""
        log.warning("metrics_not_sent", exc_info=True)

    def service_actions(self) -> None:
        """Called every half second."""
        now = time.monotonic()
        self._end(sum(until <= now for until in list(self._served.values())))

    def _end(self, count: int) -> None:
        """Ends the first connections, so many."""
        with self._lock:
            ended = list(self._served)[: max(0, count)]
            for request in ended:
                del self._served[request]
        for request in ended:
            with suppress(OSError):  # it has just ended
                request.shutdown(SHUT_RDWR)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._served.pop(request, None)
        super().shutdown_request(request)


class _MetricsHandler(WSGIRequestHandler):
    # Whoever connects and says nothing must not keep a thread.
    timeout = SECONDS

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """The request has its own line."""

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:  # noqa: ARG002
        """What is no HTTP is answered in JSON; the library would do it in HTML, and say what it is."""
        with suppress(OSError):  # the sender is gone
            self.wfile.write(unreadable(HTTPStatus(code).phrase, uuid.uuid4().hex))


def serve_metrics(port: int, operator: Callable[[], Secrets], meter: Meter, exposition: Exposition) -> None:
    """From now on this process answers at `port`, in a thread of its own. Raises `ConfigError`."""
    app = Flask("ringback-worker", static_folder=None)
    register_requests(app, meter, tuple)
    register_errors(app, Answers(sandbox=False))
    register(app, metrics_blueprint(exposition), OperatorAuthentication(operator))
    ServerHandler.server_software = ""  # wsgiref has no setting for its banner
    try:
        server = make_server("0.0.0.0", port, app, _Server, _MetricsHandler)  # noqa: S104 (Prometheus runs elsewhere)
    except OSError as error:
        raise ConfigError([f"RINGBACK_WORKER_METRICS_PORT: port {port} is taken by another program"]) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
