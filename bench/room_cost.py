"""What one callback costs in the rooms that wait for nobody, in ms of CPU: `python -m bench.room_cost`.

For each form that jtel sends: reading it, then choosing its rule and making its record. Then the web room: a request
whose delivery does nothing, over a bare Flask view.
"""

import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask, Response, jsonify, request

from app import create_app
from app.domain.outcome import Outcome, Status
from app.domain.record import Written
from app.mapping.config import load_config
from app.payload import read
from app.wiring import Runtime

EXAMPLES = ("v4.json", "v3.json", "flat.form", "flat.query", "record.json", "wrapped.json")
CONFIG = Path("config/ringback.yaml")
SECRET = "a-secret-that-is-long-enough-to-be-one"
TIMES, ROUNDS = 1_000, 5
_CREATED = Outcome(Status.CREATED, event_id="4711", rule="b2b", written=Written("500000000000001AAA", "00001027", True))


class _Instant:
    """Stands for the delivery."""

    def accept(self, _: Any) -> Outcome:
        """Every callback has its Case at once."""
        return _CREATED


def main() -> None:
    """Prints the fastest of several rounds of each."""
    config = load_config(CONFIG, os.environ)
    source, now = config.sources["default"], datetime.now(UTC)
    for name in EXAMPLES:
        raw = Path("examples", name).read_bytes().strip()
        body, query = (b"", raw.removeprefix(b"?")) if name.endswith("query") else (raw, b"")
        callback = read(body, query, source, now)
        reading = cost(lambda body=body, query=query: read(body, query, source, now))  # type: ignore[misc]
        mapping = cost(lambda callback=callback: config.rule_for(callback).apply(callback))  # type: ignore[misc]
        print(f"{name:13} read_ms={reading:.3f} map_ms={mapping:.3f}")
    bare, service = cost_of_view(), cost_of_service()
    print(f"web           bare_flask_ms={bare:.3f} service_ms={service:.3f} over_ms={service - bare:.3f}")


def cost(work: Callable[[], object]) -> float:
    """The CPU that it takes, once it has been done before."""
    work()
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(TIMES):
            work()
        rounds.append((time.process_time() - began) / TIMES * 1_000)
    return min(rounds)


def cost_of_view() -> float:
    """A Flask with a view and nothing else."""
    app = Flask("bare")

    @app.post("/callbacks")
    def view() -> Response:
        return jsonify(status="created", length=len(request.get_data()))

    return cost(lambda: call(app))


def cost_of_service() -> float:
    """Ringback as it is wired, but for its delivery. Its lines go to nowhere, by the same way."""
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        environment = {
            "RINGBACK_CRM": "sandbox",
            "RINGBACK_SECRET": SECRET,
            "RINGBACK_LOG_FORMAT": "json",
            "DATABASE_URL": f"sqlite:///{folder}/ledger.db",
        }
        instant = patch.object(Runtime, "delivery", lambda _: _Instant())
        with instant, patch.dict(os.environ, environment), patch.object(sys, "stdout", nowhere):
            service = create_app()
            return cost(lambda: call(service))


def call(service: Flask) -> bytes:
    """One request, as a server hands it on."""
    body = Path("examples/v4.json").read_bytes()
    environ = {
        "REQUEST_METHOD": "POST",
        "SCRIPT_NAME": "",
        "PATH_INFO": "/callbacks",
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8000",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": "localhost:8000",
        "HTTP_ACCEPT": "*/*",
        "HTTP_USER_AGENT": "jtel",
        "HTTP_AUTHORIZATION": f"Bearer {SECRET}",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
    }
    return b"".join(service(environ, lambda *_: io.BytesIO().write))


if __name__ == "__main__":
    main()
