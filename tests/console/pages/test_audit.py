"""The page that shows what people did."""

import pytest
from sqlalchemy import delete

from app.ledger.audit import AuditTrail, Deed
from app.ledger.tables import audit
from tests.support.console_client import ConsoleClient
from tests.support.console_users import OPERATOR, VIEWER
from tests.support.ringback import RunningRingback
from tests.support.writing import writing

HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}\"'"


@pytest.fixture
def trail(console: RunningRingback) -> AuditTrail:
    with writing(console.database) as connection:
        connection.execute(delete(audit))
    return AuditTrail(console.database)


def test_it_says_who_did_what(console: RunningRingback, trail: AuditTrail) -> None:
    """Also that somebody signed in and out, and from where. What they wrote is text."""
    viewer, client = ConsoleClient(console.url), ConsoleClient(console.url)
    viewer.sign_in(*VIEWER)
    viewer.post("/console/sign-out")
    trail.keep(Deed("anna", "operator", "discard", "request-1", 17, HOSTILE, "192.0.2.1"))
    client.sign_in(*OPERATOR)
    page = client.get("/console/audit").text

    for shown in (VIEWER[0], OPERATOR[0], "signed in", "signed out", "127.0.0.1", 'href="/console/callbacks/17"'):
        assert shown in page
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert "{{ 7 * 7 }}" in page


def test_older_deeds_are_a_click_away(console: RunningRingback, trail: AuditTrail) -> None:
    for number in range(130):
        trail.keep(Deed("anna", "operator", "reveal", f"request-{number}-"))
    client = ConsoleClient(console.url)
    client.sign_in(*OPERATOR)
    first = client.get("/console/audit").text
    older = first.partition('<a href="/console/audit?after=')[2].partition('"')[0]
    second = client.get(f"/console/audit?after={older}").text

    shown = [number for number in range(130) if (f"request-{number}-" in first) != (f"request-{number}-" in second)]
    assert shown == list(range(130))
    assert 'href="/console/audit?after=' not in second


@pytest.mark.parametrize("after", ["x", "-1", "99999999999999999999999", "0"])
def test_a_wrong_place_is_no_fault(console: RunningRingback, trail: AuditTrail, after: str) -> None:
    client = ConsoleClient(console.url)
    client.sign_in(*OPERATOR)

    assert client.get(f"/console/audit?after={after}").status_code == 200
