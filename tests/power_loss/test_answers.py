"""What was answered 200 is looked for with its state and its Case."""

import pytest

from tests.power_loss.answers import Row, lost
from tests.power_loss.trace import Answer

DELIVERED = Row("1", "x", "delivered", "500A")


@pytest.mark.parametrize(
    ("status", "rows", "is_lost"),
    [
        ("created", [DELIVERED], False),
        ("created", [], True),
        ("created", [Row("2", "x", "delivered", "500A")], True),
        ("created", [Row("1", "x", "received", None)], True),
        ("created", [Row("1", "x", "delivered", "500B")], True),
        ("existing", [Row("1", "earlier", "delivered", "500A")], False),
        ("queued", [Row("1", "x", "waiting", None)], False),
        ("queued", [Row("1", "x", "refused", None)], True),
        ("updated", [DELIVERED, Row("1", "y", "waiting", None)], False),
        ("updated", [Row("1", "x", "waiting", None), Row("1", "y", "delivered", "500A")], True),
        ("refused", [], False),
    ],
)
def test_lost(status: str, rows: list[Row], is_lost: bool) -> None:
    """A 500 promises nothing."""
    body = {"status": status, "acdEventsId": 1, "requestId": "x", "caseId": "500A"}
    assert bool(lost([Answer(1, body)], rows)) is is_lost
