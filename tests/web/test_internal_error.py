"""A fault of our own is answered like all else, and told to the log without the caller's data."""

import json
import threading
from collections.abc import Iterator
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import requests
from werkzeug.serving import make_server

from app.delivery.request.accept import Delivery
from app.delivery.request.intake import Sent
from app.delivery.served.taking import CallTaking
from app.domain.outcome import Outcome
from app.domain.source import Source
from app.mapping.rules import Config
from app.metrics import Meter
from app.observability import configure_logging
from app.operations.health import Health
from app.operations.way_back.way_back import WayBack
from app.rules_in_force.in_force import InForce, Loaded
from app.web.answers import Answers
from app.web.auth import flows
from app.web.service import build_service
from tests.support.patience import PATIENCE


class Broken:
    """A delivery with a bug."""

    def accept(self, sent: Sent) -> Outcome:
        raise RuntimeError(f"cannot work with {sent.body.decode()}")


@pytest.fixture
def url() -> Iterator[str]:
    configure_logging("json")
    sources = {"default": Source("default", ZoneInfo("UTC"), "DE")}
    in_force = InForce(Loaded(Config(sources, []), "hash", {"default": ("secret",)}))
    delivery, calls, health = cast(Delivery, Broken()), cast(CallTaking, None), cast(Health, None)
    answers = Answers(sandbox=False)
    figures, way_back = (b"", "text/plain"), cast(WayBack, None)
    app = build_service(
        in_force,
        delivery,
        calls,
        answers,
        health,
        lambda: (),
        Meter(),
        lambda _: figures,
        way_back,
        flows(lambda _: {}),
    )
    server = make_server("127.0.0.1", 0, app)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/callbacks"
    server.shutdown()
    thread.join()
    server.server_close()


def test_internal_error(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The answer is a 500 in JSON with the request id; the log has the place of the fault, numbers masked."""
    answer = requests.post(url, data="+49 30 901820", headers={"Authorization": "Bearer secret"}, timeout=PATIENCE)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    (error,) = [line for line in lines if line["event"] == "internal_error"]

    assert (500, "internal_error") == (answer.status_code, answer.json()["reason"])
    assert answer.json()["requestId"] == error["request_id"]
    assert "test_internal_error.py" in error["exception"]
    assert "901820" not in error["exception"]
