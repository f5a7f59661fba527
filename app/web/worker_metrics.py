"""`/metrics` of a worker, which serves nothing else."""

import threading
from collections.abc import Callable
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from flask import Flask

from app.domain.errors import ConfigError
from app.metrics import Meter
from app.web.answers import Answers
from app.web.auth import OperatorAuthentication, Secrets
from app.web.errors import register_errors
from app.web.guard import register
from app.web.metrics import Exposition, metrics_blueprint
from app.web.requests import register_requests


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Handler(WSGIRequestHandler):
    # Whoever connects and says nothing must not keep a thread.
    timeout = 10

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the library's name)
        """The request has its own line."""


def serve_metrics(port: int, operator: Callable[[], Secrets], meter: Meter, exposition: Exposition) -> None:
    """From now on this process answers at `port`, in a thread of its own. Raises `ConfigError`."""
    app = Flask("ringback-worker", static_folder=None)
    register_requests(app, meter, tuple)
    register_errors(app, Answers(sandbox=False))
    register(app, metrics_blueprint(exposition), OperatorAuthentication(operator))
    try:
        server = make_server("0.0.0.0", port, app, _Server, _Handler)  # noqa: S104 (Prometheus runs elsewhere)
    except OSError as error:
        raise ConfigError([f"RINGBACK_WORKER_METRICS_PORT: port {port} is taken by another program"]) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
