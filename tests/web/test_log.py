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
    answer = ringback.post({"AcdEventsID": event_id, **PLANTED}, headers={"X-Request-ID": f"log-{event_id}"})
    attempt, request = lines_of(ringback, f"log-{event_id}")

    assert ("attempt", "delivered", "everyone-else") == (attempt["event"], attempt["state"], attempt["rule"])
    assert ("request", "created", 200) == (request["event"], request["status"], request["http"])
    assert answer.body["caseId"] == request["case_id"]
    assert "default" == request["source"]


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
