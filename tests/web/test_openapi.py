"""`/openapi.json` says what Ringback takes and answers: generated requests hold it to its word."""

import os
import re
from typing import Any, cast

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.version import version
from app.web.answers import Answers
from app.web.openapi.document import PATH
from app.web.openapi.spec import build_spec
from app.web.service import build_service
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback

# By hand more, of each kind for each operation: `make fuzz`.
EXAMPLES = int(os.environ.get("RINGBACK_TEST_EXAMPLES", "8"))
CHECKS: list[Any] = [content_type_conformance, response_schema_conformance, status_code_conformance]
SPEC = build_spec(version())
API = schemathesis.openapi.from_dict(dict(SPEC))
OPERATIONS = [(method, path) for path, methods in SPEC["paths"].items() for method in methods if method != "parameters"]
# Without a body or a parameter nothing can be wrong.
CASES = [
    (method, path, mode)
    for method, path in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or method == "post" or "{" in path
]


@pytest.mark.parametrize(("method", "path", "mode"), CASES)
def test_generated_requests(ringback: RunningRingback, method: str, path: str, mode: GenerationMode) -> None:
    """Whatever comes, right or wrong, the answer is as described, and never `internal_error`."""
    strategy = API[path][method.upper()].as_strategy(generation_mode=mode)

    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=EXAMPLES < 1000, suppress_health_check=list(HealthCheck)
    )
    @given(case=strategy)
    def send(case: schemathesis.Case) -> None:
        response = case.call(base_url=ringback.url, headers={"Authorization": f"Bearer {SECRET}"})
        case.validate_response(response, checks=CHECKS)
        assert "internal_error" not in response.text

    send()


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
