"""What the tests with simple-salesforce share."""

from collections.abc import Callable
from typing import Any

import pytest

LogIn = Callable[..., Any]
"""`log_in(username=…, …)`: simple-salesforce with these arguments."""
EXTERNAL_ID = "jtel_AcdEventsID__c"


def first(caught: pytest.ExceptionInfo[Any]) -> dict[str, Any]:
    """The first reason in the list that came with the refusal."""
    problem: dict[str, Any] = caught.value.content[0]
    return problem
