"""The log: one line for each request and each attempt, with what an operator asks for and nothing of the caller."""

import time

from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

PLANTED = {
    "Body": "planted words",
    "Subject": "planted subject",
    "Caller": "4989123456",
    "CallbackNumber": "4930901820",
}


def lines_of(ringback: RunningRingback, request_id: str) -> list[dict[str, object]]:
    """The lines of one request; they may come a moment after the answer."""
    for _ in range(100):
        found = [line for line in ringback.log_lines() if line.get("request_id") == request_id]
        if any(line["event"] == "request" for line in found):
            return found
        time.sleep(0.02)
    raise AssertionError(f"no line for {request_id}")


def test_one_line_each(ringback: RunningRingback, event_id: int) -> None:
    """A callback leaves a line for its attempt and one for its request, tied by the request id."""
    answer = ringback.post({"AcdEventsID": event_id, **PLANTED}, headers={"X-Request-ID": f"log-{event_id % 1000}"})
    attempt, request = lines_of(ringback, f"log-{event_id % 1000}")

    assert ("attempt", "delivered", "everyone-else") == (attempt["event"], attempt["state"], attempt["rule"])
    assert ("request", "created", 200) == (request["event"], request["status"], request["http"])
    assert answer.body["caseId"] == request["case_id"]
    assert "default" == request["source"]


def test_time_in_salesforce(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Both lines say how long all took and how long Salesforce did, also when it is still at it at the deadline."""
    ringback.post({"AcdEventsID": event_id, **PLANTED})  # logs in
    for number, seconds in enumerate((0.4, 3), 1):
        name = f"{'slow' * number}-{event_id % 1000}"
        sandbox.fault("latency", next=1, seconds=seconds, match="composite")
        ringback.post({"AcdEventsID": event_id + 600_000 * number, **PLANTED}, headers={"X-Request-ID": name})
        request = lines_of(ringback, name)[-1]

        assert min(seconds, 1.5) * 1000 <= float(str(request["crm_ms"])) <= float(str(request["ms"]))


def test_request_ids(ringback: RunningRingback, event_id: int) -> None:
    """An id that the sender gives is answered and logged, unless it could be more than an id."""
    for sent, taken in (
        ("jtel-4711", True),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", True),
        ("4711", True),
        ("4930901820", False),
        ("49-30-901820", False),
        ("tel:4930901820", False),
        ("anna@example.com", False),
        ("a b", False),
        ("x" * 65, False),
        ("<script>", False),
    ):
        answer = ringback.post({"AcdEventsID": event_id, **PLANTED}, headers={"X-Request-ID": sent})
        assert taken is (sent == answer.body["requestId"])
        assert answer.body["requestId"] in {line.get("request_id") for line in ringback.log_lines()}


def test_source_of_a_failed_login(ringback: RunningRingback) -> None:
    """A failed log-in names the source if there is one of that name, and never what a stranger made up."""
    for path in ("/callbacks/berlin-2", "/callbacks/made-up"):
        ringback.post(b"{}", path, secret="wrong", headers={"X-Request-ID": f"id{path.replace('/', '-')}"})
    (known,), (unknown,) = (lines_of(ringback, f"id-callbacks-{name}") for name in ("berlin-2", "made-up"))

    assert ("berlin-2", "credentials_wrong", 401) == (known["source"], known["reason"], known["http"])
    assert "made-up" not in str({**unknown, "request_id": ""})


def test_nothing_of_the_caller(ringback: RunningRingback, sandbox: RunningSandbox, event_id: int) -> None:
    """Neither words nor numbers nor the secret reach the log, whatever becomes of the callback."""
    ringback.post({"AcdEventsID": event_id, **PLANTED})
    ringback.post({"AcdEventsID": event_id + 300_000, **PLANTED, "SalesforceId": "003000000000001"})
    ringback.post({**PLANTED})
    ringback.post(b'{"planted": ' + b"4930901820")
    sandbox.fault("error", next=2, code="FIELD_CUSTOM_VALIDATION_EXCEPTION", message="No +49 30 901820 here")
    ringback.post({"AcdEventsID": event_id + 400_000, **PLANTED})
    log = ringback.log.read_text()

    assert [] == [text for text in ("planted", "901820", "89123456", SECRET) if text in log]
