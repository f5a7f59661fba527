"""Whoever fetches the list as a file may have a slow line."""

import socket
import time
from pathlib import Path

from sqlalchemy import insert

from app.ledger.tables import entry
from app.web.server.limits import ANSWER_SECONDS, SEND_BYTES
from tests.support.console_client import ConsoleClient
from tests.support.console_users import OPERATOR, console_environment
from tests.support.patience import PATIENCE
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

CALLBACKS = 10_000


def test_a_large_file_has_more_time(tmp_path: Path) -> None:
    """It comes whole, though it takes longer than the answer to a callback may."""
    with RunningRingback("http://127.0.0.1:9", tmp_path / "log", console_environment()) as ringback:
        _fill(ringback)
        operator = ConsoleClient(ringback.url)
        operator.sign_in(*OPERATOR)
        with socket.socket() as slow:
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SEND_BYTES)
            slow.settimeout(PATIENCE)
            slow.connect(("127.0.0.1", ringback.port))
            slow.sendall(_request(operator))
            received = slow.recv(1000)
            time.sleep(ANSWER_SECONDS + 2.0)
            while part := slow.recv(65536):
                received += part

    assert received.endswith(b"\r\n0\r\n\r\n")
    assert received.count(b"\r\n") > CALLBACKS


def _fill(ringback: RunningRingback) -> None:
    known = {"source": "default", "turn": 1, "state": "delivered", "body": b"", "query": b"", "request_id": "request"}
    known |= {"received_at": time.time(), "promised": False, "unknown": False, "record_number": "0" * 40}
    with writing(ringback.database) as connection:
        connection.execute(insert(entry), [{**known, "event_id": str(number)} for number in range(CALLBACKS)])


def _request(operator: ConsoleClient) -> bytes:
    lines = ["GET /console/callbacks.csv?span=all HTTP/1.1", "Host: ringback", "Connection: close"]
    return "\r\n".join([*lines, f"Cookie: ringback_console={operator.session}", "", ""]).encode()
