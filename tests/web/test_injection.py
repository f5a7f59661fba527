"""What a caller or a stranger writes stays a text: it becomes no query, no line of the log and no header."""

import re
from collections.abc import Iterator

import pytest

from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox
from tests.support.wire import exchange, head

CONFIG = """\
rules:
  - name: by-words
    when: {AcdGroupsForeignSystemID: BY_WORDS}
    fields:
      Subject: "{{ subject }}"
      OwnerId: {queue: "{{ body }}"}
  - name: everyone-else
    fields:
      Subject: "{{ subject }}"
      Description: "{{ body }}"
      Origin: "{{ extra.Origin }}"
"""
FORGED = (
    'forged\n{"event": "forged", "level": "error"}\r\n2026-01-01 [error] forged \x1b[31m\x1b]0;forged\x07\u2028forged'
)
QUERIES = ["' OR Name != '", "\\' OR Name != \\'", "%", "_", "x' LIMIT 1 --", "B2B Support' OR Id != '"]


@pytest.fixture(scope="module", params=["json", "pretty"])
def server(
    request: pytest.FixtureRequest, shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningRingback]:
    """A Ringback whose rules look up what callers say, with each form of log."""
    folder = tmp_path_factory.mktemp("injection")
    (folder / "ringback.yaml").write_text(CONFIG)
    environment = {
        "RINGBACK_CONFIG": str(folder / "ringback.yaml"),
        "RINGBACK_LOG_FORMAT": request.param,
        "RINGBACK_PROXIES": "1",
        "WEB_CONCURRENCY": "1",
    }
    with RunningRingback(shared_sandbox.url, folder / "log", environment) as running:
        yield running


@pytest.mark.parametrize("words", QUERIES)
def test_no_query(server: RunningRingback, sandbox: RunningSandbox, event_id: int, words: str) -> None:
    """What is looked up is just that text, and no condition of its own: it finds as little as a name that is none."""
    server.reset()
    callback = {"Caller": "4930901820", "AcdGroupsForeignSystemID": "BY_WORDS", "Subject": "x"}
    told = [
        server.post({**callback, "AcdEventsID": event_id + offset, "Body": name}).body.get("dropped")
        for offset, name in enumerate(["No such queue", words])
    ]

    assert ["OwnerId", "OwnerId"] == told
    assert 1 == len({row["OwnerId"] for row in sandbox.query("SELECT OwnerId FROM Case")})


def test_no_line_in_the_log(server: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Neither line ends nor control codes of a callback, a header, a path or a refusal get into the log."""
    server.reset()
    words = dict.fromkeys(["Subject", "Body", "Origin", "AcdGroupsName", "EventData", "SalesforceId", FORGED], FORGED)
    server.post({"AcdEventsID": event_id, "Caller": "4930901820", **words})
    server.post({"AcdEventsID": FORGED, "Caller": FORGED})
    server.post(FORGED.encode())
    sandbox.fault("error", next=1, code="FIELD_CUSTOM_VALIDATION_EXCEPTION", message=FORGED)
    server.post({"AcdEventsID": event_id + 1_000_000, "Caller": "4930901820", "Subject": "x"})
    for name in ("X-Request-ID", "X-Forwarded-For", "User-Agent", "Content-Type", "Authorization", "X-Forged"):
        exchange(server, head(f"{name}: forged \x9b31m {{forged}} %s", secret="wrong"))
        exchange(server, head(f"{name}: forged \x1b[31m", secret="wrong"))
    exchange(server, head(path="/callbacks/forged%0aforged%1b%5b31m"))
    exchange(server, head(path="/forged%0d%0aforged?forged"))

    text = server.log.read_text()
    # What Salesforce says is told, on the line of the attempt and without its control codes.
    assert "forged" not in re.sub(r"(«|\\u00ab).*?(»|\\u00bb)", "", text)
    assert not [code for code in ("\x1b]0", "\x1b[31mf", "\x07", "\u2028") if code in text]


@pytest.mark.parametrize("sent", ["a b", "forged%0d%0aX: y", "{forged}", "ä", "x" * 65, "<b>", "a,b"])
def test_no_request_id_but_a_harmless_one(server: RunningRingback, sent: str) -> None:
    """An id that could break a line, a header or a page is replaced by one of ours."""
    answer = exchange(server, head(f"X-Request-ID: {sent}", secret="wrong"))

    assert sent.encode("latin-1") not in answer
    assert b"X-Request-ID: " in answer


def test_no_header(server: RunningRingback) -> None:
    """No answer has a header that a sender wrote."""
    for path in (
        "/callbacks/x%0d%0aX-Forged:%201",
        "/x%0d%0aX-Forged:%201?%0d%0aX-Forged:%201",
        "//evil.example/%2e%2e",
    ):
        for method in ("GET", "POST"):
            first = exchange(server, head("Host: evil.example", path=path, method=method)).partition(b"\r\n\r\n")[0]

            assert b"Forged" not in first
            assert b"Location" not in first


@pytest.mark.parametrize(("proto", "told"), [("https", True), ("http", False), ("https, http", False), ("", False)])
def test_tls_is_to_be_kept(server: RunningRingback, proto: str, told: bool) -> None:
    """Behind a proxy that speaks TLS, browsers are told to stay with it; the proxy's word counts, not the sender's."""
    answer = exchange(server, head(f"X-Forwarded-Proto: {proto}", method="GET"))

    assert told is (b"Strict-Transport-Security: max-age=31536000" in answer)
