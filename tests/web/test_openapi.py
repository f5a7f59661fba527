"""`/openapi.json` says what Ringback takes and answers: generated requests hold it to its word."""

import re
from typing import Any, cast

import pytest
import requests

from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.version import version
from app.web.answers import Answers
from app.web.openapi.document import PATH
from app.web.openapi.spec import build_spec
from app.web.service import build_service
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback

SPEC = build_spec(version())
OPERATIONS = [(method, path) for path, methods in SPEC["paths"].items() for method in methods if method != "parameters"]
# Without a body or a parameter nothing can be wrong.
CASES = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in ("positive", "negative")
    if mode == "positive" or method == "post" or "{" in path
]


@pytest.mark.parametrize(("method", "path", "mode"), CASES)
def test_generated_requests(ringback: RunningRingback, method: str, path: str, mode: str) -> None:
    """Whatever comes, right or wrong, the answer is as described, and never `internal_error`."""
    from tests.web.generated import send_generated

    send_generated(ringback.url, SECRET, method, path, mode, examples=8)


def test_every_address_is_described() -> None:
    """What the service routes is in the document, and the document has nothing else."""
    parts = cast(Any, None)
    service = build_service(parts, parts, parts, Answers(sandbox=False), parts, lambda: (), parts, parts, parts, parts)
    routed = {
        (method, re.sub(r"<(?:.*:)?(\w+)>", r"{\1}", rule.rule))
        for rule in service.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule != PATH
    }

    assert {(method.upper(), path) for method, path in OPERATIONS} == routed


def test_document(ringback: RunningRingback) -> None:
    """The service sends the very document, to everybody, and every reason and status is in it."""
    sent = requests.get(ringback.url + PATH, timeout=PATIENCE).json()
    answer = sent["components"]["schemas"]["Answer"]["properties"]

    assert SPEC == sent
    assert {reason.word for reason in Reason} == set(answer["reason"]["enum"])
    assert {status.value for status in Status} == set(answer["status"]["enum"])
