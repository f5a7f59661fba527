"""What a stranger, a tester or a broken client may send: always small JSON, always 200, 500 or 401."""

import json
import socket

import pytest

from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback

CALLBACK = b'{"AcdEventsID": 1, "CallbackNumber": "4930901820"}'


@pytest.mark.parametrize("path", ["/callbacks", "/callbacks/", "/callbacks/default", "/callbacks/default/"])
def test_probe(ringback: RunningRingback, path: str) -> None:
    """GET with the secret says that URL and secret are right, without making a Case."""
    answer = ringback.post(path=path, method="GET")

    assert (200, "ready") == (answer.status, answer.body["status"])


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    ("path", "headers", "reason"),
    [
        ("/callbacks", {}, "credentials_missing"),
        ("/callbacks", {"Authorization": "Bearer"}, "credentials_missing"),
        ("/callbacks", {"Authorization": "Bearer wrong"}, "credentials_wrong"),
        ("/callbacks", {"Authorization": f"Basic {SECRET}"}, "credentials_malformed"),
        ("/callbacks", {"Authorization": SECRET}, "credentials_malformed"),
        ("/callbacks", {"Authorization": f"Bearer {SECRET}x"}, "credentials_wrong"),
        ("/callbacks", {"Authorization": b"Bearer \xe4\xff"}, "credentials_wrong"),
        ("/callbacks/berlin-2", {"Authorization": f"Bearer {SECRET}"}, "credentials_wrong"),
        ("/callbacks/nobody", {"Authorization": f"Bearer {SECRET}"}, "credentials_wrong"),
        ("/callbacks/default/more", {"Authorization": f"Bearer {SECRET}"}, "credentials_wrong"),
        ("/callbacks/%00", {"Authorization": f"Bearer {SECRET}"}, "credentials_wrong"),
    ],
)
def test_credentials(ringback: RunningRingback, method: str, path: str, headers: dict[str, str], reason: str) -> None:
    """Without the secret of that very source the answer is 401, and does not tell whether the source exists."""
    answer = ringback.post(CALLBACK, path, method=method, secret=None, headers=headers)

    assert (401, "unauthorized", reason) == (answer.status, answer.body["status"], answer.body["reason"])


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_other_methods(ringback: RunningRingback, method: str) -> None:
    """Another method is a 500 in JSON that says how to do it right."""
    answer = ringback.post(CALLBACK, method=method)

    assert (500, "method_not_allowed") == (answer.status, answer.body["reason"])


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "body_missing"),
        (b"   ", "body_missing"),
        (b'{"AcdEventsID": 1,', "json_broken"),
        (b"[" * 60_000, "json_broken"),
        (b"[{}]", "not_an_object"),
        (b"null", "not_an_object"),
        (b"hello", "body_not_understood"),
        (b"{}", "event_id_missing"),
        (b'{"AcdEventsID": 1}', "number_missing"),
        (b'{"AcdEventsID": "a b", "Caller": "4930901820"}', "event_id_invalid"),
        (b'{"records": [{"ID": 1}, {"ID": 2}]}', "several_events"),
        (b"x" * 1_000_000, "body_too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[:20].decode(),
)
def test_bad_bodies(ringback: RunningRingback, body: bytes, reason: str) -> None:
    """What is no callback is a 500 `invalid` with its reason; nothing that was sent is repeated."""
    answer = ringback.post(body)

    assert (500, "invalid", reason) == (answer.status, answer.body["status"], answer.body["reason"])


def test_long_query_is_taken(ringback: RunningRingback, event_id: int) -> None:
    """A callback in a query of 60,000 characters is read, where gunicorn's default would answer 414 in HTML."""
    answer = ringback.post(path=f"/callbacks?AcdEventsID={event_id}&Caller=4930901820&Body={'a' * 60_000}")

    assert (200, "created") == (answer.status, answer.body["status"])


def test_too_long_query(ringback: RunningRingback) -> None:
    """A query over the limit is refused in JSON."""
    answer = ringback.post(path=f"/callbacks?AcdEventsID=1&Caller=4930901820&Body={'a' * 70_000}")

    assert (500, "body_too_large") == (answer.status, answer.body["reason"])


def test_long_header_is_taken(ringback: RunningRingback) -> None:
    """A header of 100,000 characters is no reason for gunicorn's 431 in HTML."""
    answer = ringback.post(method="GET", headers={"X-Long": "a" * 100_000})

    assert 200 == answer.status


def test_cut_body_makes_no_case(ringback: RunningRingback) -> None:
    """A body that ends before its Content-Length is not taken for a whole one, though it could be read as a form."""
    head = f"POST /callbacks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nContent-Length: 100\r\n\r\n"
    with socket.create_connection(("127.0.0.1", ringback.port), timeout=PATIENCE) as client:
        client.sendall(head.encode() + b"AcdEventsID=1&Caller=4930901820")
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 500")
    assert b'"body_incomplete"' in answer


@pytest.mark.parametrize(
    "request_line",
    [
        "POST /callbacks?AcdEventsID=1&CallbackNumber=4930901820&Subject=R\xfcckruf HTTP/1.1",
        "POST /callbacks?AcdEventsID=1&CallbackNumber=4930901820&Subject=Offer 4711 HTTP/1.1",
        "post /callbacks HTTP/1.1",
        "POST /callbacks HTTP/9.9",
    ],
)
def test_what_is_no_http(ringback: RunningRingback, request_line: str) -> None:
    """A request that gunicorn cannot read is a 500 in JSON, and neither answer nor log repeats it."""
    with socket.create_connection(("127.0.0.1", ringback.port), timeout=PATIENCE) as client:
        client.sendall(f"{request_line}\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode("latin-1"))
        head, _, body = b"".join(iter(lambda: client.recv(4096), b"")).partition(b"\r\n\r\n")

    assert head.startswith(b"HTTP/1.1 500")
    assert "body_not_understood" == json.loads(body)["reason"]
    assert b"901820" not in body
    assert "901820" not in ringback.log.read_text()


@pytest.mark.parametrize("chunks", [b"ZZ\r\nabc\r\n0\r\n\r\n", b"5\r\nab"], ids=["garbled", "cut"])
def test_broken_chunks(ringback: RunningRingback, chunks: bytes) -> None:
    """A chunked body that is garbled or breaks off is told so, and is no fault of ours."""
    head = (
        f"POST /callbacks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {SECRET}\r\nTransfer-Encoding: chunked\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", ringback.port), timeout=PATIENCE) as client:
        client.sendall(head.encode() + chunks)
        client.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: client.recv(4096), b""))

    assert answer.startswith(b"HTTP/1.1 500")
    assert b'"body_incomplete"' in answer or b'"body_not_understood"' in answer


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_callback_by_get_is_no_success(ringback: RunningRingback, method: str) -> None:
    """A callback that is sent by GET is not answered 200, since nobody would call back."""
    status = ringback.post(path="/callbacks?AcdEventsID=1&Caller=4930901820", method=method).status

    assert 500 == status


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("secret", [SECRET, None])
@pytest.mark.parametrize(
    "path", ["/", "/callback", "/callback/default", "/api/callbacks", "/Callbacks", "/calls", "/jtel"]
)
def test_other_paths(ringback: RunningRingback, path: str, secret: str | None, method: str) -> None:
    """A path that Ringback does not have is a 404 in JSON that names the right one, whoever asks."""
    answer = ringback.post(CALLBACK, path, method=method, secret=secret)

    assert (404, "path_unknown") == (answer.status, answer.body["reason"])
    assert "POST /callbacks, or /callbacks/<source>" in answer.body["message"]


@pytest.mark.parametrize("secret", [SECRET, None])
@pytest.mark.parametrize(
    "path", ["/callbacks//", "/callbacks//default", "/callbacks.json", "/callbacks%20", "/callbacks/a/b/c"]
)
def test_paths_of_no_source(ringback: RunningRingback, path: str, secret: str | None) -> None:
    """Below the callbacks' path that is told with a code that jtel knows."""
    answer = ringback.post(CALLBACK, path, secret=secret)

    assert (401, "path_unknown") == (answer.status, answer.body["reason"])


@pytest.mark.parametrize("path", ["//callbacks", "/callbacks/", "/callbacks/default/"])
def test_slashes_too_many(ringback: RunningRingback, path: str) -> None:
    """Where the source is clear all the same, the callback is taken."""
    assert 200 == ringback.post(CALLBACK, path).status


def test_request_id_is_taken(ringback: RunningRingback) -> None:
    """A request id of the sender's comes back; one that could forge a log line does not."""
    taken = ringback.post(CALLBACK, secret=None, headers={"X-Request-ID": "jtel-42"})
    made_up = ringback.post(CALLBACK, secret=None, headers={"X-Request-ID": "a b"})

    assert "jtel-42" == taken.body["requestId"]
    assert "a b" != made_up.body["requestId"]
