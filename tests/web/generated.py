"""Requests that are generated from what `/openapi.json` describes.

It takes a second to import, so only the tests that send them import it.
"""

import os
from functools import cache
from typing import Any

import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.version import version
from app.web.openapi.spec import build_spec

CHECKS: list[Any] = [content_type_conformance, response_schema_conformance, status_code_conformance]


def send_generated(url: str, secret: str, method: str, path: str, mode: str, examples: int) -> None:
    """Each answer is as described, and never `internal_error`. `mode` is "positive" or "negative".

    By hand more, of each kind for each operation: `make fuzz`.
    """
    examples = int(os.environ.get("RINGBACK_TEST_EXAMPLES", examples))
    strategy = _described()[path][method.upper()].as_strategy(generation_mode=GenerationMode(mode))

    @settings(
        max_examples=examples, deadline=None, derandomize=examples < 1000, suppress_health_check=list(HealthCheck)
    )
    @given(case=strategy)
    def send(case: schemathesis.Case) -> None:
        response = case.call(base_url=url, headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(response, checks=CHECKS)
        assert "internal_error" not in response.text

    send()


@cache
def _described() -> Any:
    return schemathesis.openapi.from_dict(dict(build_spec(version())))
