"""What is sent to break something: it gets small JSON, 200, 500 or 401, soon, and the process does not grow."""

import gzip
import json
import socket
import time
from collections.abc import Iterator

import pytest

from tests.support.patience import SOON
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.wire import answers, dial, exchange, head, read_all, resident

DIGITS = "9" * 50_000
LAUGHS = (
    "<!DOCTYPE b [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]><Event><body>&a9;</body></Event>"
)
BODIES = {
    "bomb": gzip.compress(b'{"AcdEventsID": 1, "Caller": "') + gzip.compress(b"0" * 1_000_000) * 40,
    "digits": f'{{"AcdEventsID": {DIGITS}, "Caller": "4930901820"}}'.encode(),
    "digits-as-text": f'{{"AcdEventsID": "{DIGITS}", "Caller": "{DIGITS}"}}'.encode(),
    "exponent": b'{"AcdEventsID": 1e999999, "Caller": 1e999999}',
    "tiny-exponent": b'{"AcdEventsID": 1e-999999, "Caller": -0.0}',
    "nan": b'{"AcdEventsID": NaN, "Caller": Infinity}',
    "deep-list": b'{"AcdEventsID": 1, "Body": ' + b"[" * 60_000,
    "deep-object": b'{"a":' * 12_000 + b"1" + b"}" * 12_000,
    "many-keys": json.dumps({f"k{n}": n for n in range(5_000)}).encode(),
    "many-form-keys": b"&".join(b"k%d=1" % n for n in range(9_000)),
    "same-hash-keys": b"&".join(b"a=" for _ in range(30_000)),
    "percent": b"a=" + b"%" * 60_000,
    "markup": json.dumps({"AcdEventsID": 1, "Body": "<" * 60_000}).encode(),
    "markup-open": json.dumps({"AcdEventsID": 1, "Body": "<b " * 20_000}).encode(),
    "markup-attributes": json.dumps({"AcdEventsID": 1, "Body": "<p" + " a='b" * 12_000}).encode(),
    "entities": json.dumps({"AcdEventsID": 1, "Body": "<p>" + "&" * 60_000}).encode(),
    "deep-markup": json.dumps({"AcdEventsID": 1, "Body": "<b>" * 20_000}).encode(),
    "laughs": json.dumps({"AcdEventsID": 1, "EventData": LAUGHS}).encode(),
    "deep-xml": json.dumps({"AcdEventsID": 1, "EventData": "<a>" * 20_000}).encode(),
    "numbers": json.dumps({"AcdEventsID": 1, "Caller": "+49" + "(0) " * 15_000}).encode(),
    "times": json.dumps({"AcdEventsID": 1, "dtCallStart": "2026-01-01T" + "0" * 60_000}).encode(),
    "blanks": b" " * 60_000 + b"x",
    "quotes": b'"' + b"\\" * 60_000,
    "zeros": b"\x00" * 65_536,
    "utf-16": "\ufeff".encode("utf-16-le") + b"\x00\xd8" * 30_000,
}
CALLBACK = b'{"AcdEventsID": 1, "Caller": ""}'
WHOLE = {
    "no-http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" * 20 + b"\r\n\r\n",
    "http-2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "bare-line-ends": b"GET /callbacks HTTP/1.1\nHost: x\n\n",
    "blank-lines": b"\r\n\r\n\r\n\r\n",
    "half-a-head": b"GET /callbacks HTTP/1.1\r\nHost: x",
    "endless-head": b"GET /callbacks HTTP/1.1\r\nX: " + b"a" * 1_000_000,
    "endless-line": b"G" * 1_000_000,
    "many-headers": head(*(f"X-{n}: {n}" for n in range(5_000))),
    "long-header-name": head("a" * 100_000 + ": 1"),
    "folded-header": head("X-A: 1", " folded"),
    "header-without-colon": head("nonsense"),
    "control-in-header": head("X-A: a\x1b[31m\x00"),
    "length-and-chunks": head("Content-Length: 5", "Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "two-lengths": head("Content-Length: 5", "Content-Length: 6") + b"abcdef",
    "length-of-digits": head(f"Content-Length: {DIGITS}") + CALLBACK,
    "negative-length": head("Content-Length: -1") + CALLBACK,
    "length-too-short": head("Content-Length: 3") + CALLBACK,
    "length-too-long": head("Content-Length: 4000000000") + CALLBACK,
    "chunked-gzip": head("Transfer-Encoding: gzip, chunked") + b"0\r\n\r\n",
    "chunk-of-digits": head("Transfer-Encoding: chunked") + b"f" * 5_000 + b"\r\n",
    "chunk-extension": head("Transfer-Encoding: chunked") + b"1;" + b"a" * 400_000 + b"\r\na\r\n0\r\n\r\n",
    "endless-trailer": head("Transfer-Encoding: chunked") + b"0\r\n" + b"X: a\r\n" * 100_000,
    "unknown-expectation": head("Expect: the-unexpected"),
    "script-name": head("SCRIPT_NAME: /x", "PATH_INFO: /y", method="GET"),
    "upgrade": head(
        "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__", method="GET"
    ),
    "long-path": head(path="/callbacks/" + "a" * 200_000),
    "path-with-dots": head(path="/callbacks/../../etc/passwd", method="GET"),
    "path-of-bytes": head(path="/callbacks/%ff%00%0d%0aX:%201", method="GET"),
    "absolute": head(path="http://elsewhere.example/callbacks", method="GET"),
    "connect": head(method="CONNECT", path="elsewhere.example:443"),
    "asterisk": head(method="OPTIONS", path="*"),
}


@pytest.fixture(scope="module")
def server(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningRingback]:
    """A Ringback of one process."""
    log = tmp_path_factory.mktemp("hostile") / "log"
    with RunningRingback(shared_sandbox.url, log, {"WEB_CONCURRENCY": "1"}) as running:
        yield running


@pytest.mark.parametrize("kind", BODIES)
def test_bodies(server: RunningRingback, kind: str) -> None:
    """A body is answered soon and in JSON, and nothing of it is unpacked, resolved or nested without end."""
    headers = {"Content-Encoding": "gzip"} if kind == "bomb" else {}
    started = time.monotonic()
    answer = server.post(BODIES[kind], headers=headers)

    assert answer.body["status"] in ("invalid", "created", "existing")
    assert answer.status == (500 if answer.body["status"] == "invalid" else 200)
    assert time.monotonic() - started < SOON


@pytest.mark.parametrize("kind", WHOLE)
def test_requests(server: RunningRingback, kind: str) -> None:
    """What is hardly HTTP is answered in JSON, too, and never by gunicorn's own pages."""
    found = answers(exchange(server, WHOLE[kind]))

    assert found
    assert {200, 401, 404, 500} >= {status for status, _ in found}
    assert "internal_error" not in [body.get("reason") for _, body in found]


def test_it_does_not_grow(server: RunningRingback) -> None:
    """All of it again and again leaves the process as large as it was."""
    for body in BODIES.values():
        server.post(body)
    before = resident(server.process.pid)
    for _ in range(5):
        for body in BODIES.values():
            server.post(body)
        for sent in WHOLE.values():
            exchange(server, sent)

    assert resident(server.process.pid) - before < 40


def test_bodies_are_asked_for(server: RunningRingback) -> None:
    """Who waits to be asked for the body is asked when the secret is right, and told so when it is wrong."""
    waits = ("Content-Length: 2", "Expect: 100-continue")
    with dial(server) as connection:
        connection.sendall(head(*waits))
        asked = connection.recv(100)
        connection.sendall(b"{}")
        connection.shutdown(socket.SHUT_WR)
        told = read_all(connection)

    assert b"HTTP/1.1 100 Continue\r\n\r\n" == asked
    assert "event_id_missing" == answers(told)[0][1]["reason"]
    assert exchange(server, head(*waits, secret="wrong")).startswith(b"HTTP/1.1 401")


def test_one_after_the_other(server: RunningRingback) -> None:
    """Requests that are sent without waiting are answered in their order."""
    sent = b"".join(head("Content-Length: 2", f"X-Request-ID: n{n}") + b"{}" for n in range(30))

    assert [f"n{n}" for n in range(30)] == [body["requestId"] for _, body in answers(exchange(server, sent))]


def test_body_of_a_stranger_is_no_request(server: RunningRingback) -> None:
    """What stands where an unread body would be is not taken for a request."""
    hidden = head("Content-Length: 0", method="GET")
    found = answers(exchange(server, head(f"Content-Length: {len(hidden)}", secret="wrong") + hidden))

    assert [401] == [status for status, _ in found]


def test_templates_stay_text(server: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """What looks like a template, a query or markup in a callback stands in the Case as it was sent."""
    subject = "{{ 7 * 7 }} {% for x in range(9**9) %} ${PATH} ' OR Name != '"
    answer = server.post({"AcdEventsID": event_id, "Caller": "4930901820", "Subject": subject})
    (case,) = sandbox.query("SELECT Subject FROM Case")

    assert "created" == answer.body["status"]
    assert case["Subject"].endswith(subject)


HARDENED = {
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
}


@pytest.mark.parametrize(
    "sent",
    [
        head(method="GET"),
        head(method="GET", secret="wrong"),
        head("Content-Length: 2") + b"{}",
        head(method="GET", path="/"),
        head(method="GET", path="/health/ready"),
        head(method="GET", path="/metrics"),
        b"no http\r\n\r\n",
        b"GET /callbacks HTTP/1.1\r\n",
    ],
    ids=["ready", "unauthorized", "invalid", "not-found", "health", "metrics", "no-http", "half-a-head"],
)
def test_headers(server: RunningRingback, sent: bytes) -> None:
    """Every answer says that it is not to be kept, framed, guessed at or run; none says what made it."""
    lines = exchange(server, sent).partition(b"\r\n\r\n")[0].decode().split("\r\n")[1:]
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}

    assert HARDENED.items() <= headers.items()
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    assert "strict-transport-security" not in headers


def test_secret_is_not_logged(server: RunningRingback) -> None:
    """Nothing of all this has written the secret or a traceback into the log."""
    log = server.log.read_text()

    assert SECRET not in log
    assert "Traceback" not in log
