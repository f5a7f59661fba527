"""The page a person looks at."""

import pytest
import requests

from app.sandbox.shown_time import shown_time
from tests.sandbox.rest import EXTERNAL_ID, Rest
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox


def page(sandbox: RunningSandbox, path: str = "/") -> requests.Response:
    return requests.get(sandbox.url + path, timeout=PATIENCE)


def test_an_empty_page_says_what_to_do(sandbox: RunningSandbox) -> None:
    """Nobody is left before a blank page."""
    assert "ringback send" in page(sandbox).text


def test_cases_are_shown_newest_first_with_all_their_fields(rest: Rest, sandbox: RunningSandbox) -> None:
    """Names instead of ids, line breaks kept (white-space: pre-wrap), nothing unescaped."""
    contact = rest.get("sobjects/Contact/CustomerNo__c/P-2003")["Id"]
    rest.create(Subject="First", Description="one\ntwo", ContactId=contact, SuppliedPhone="+4930123456")
    rest.create(Subject="<script>alert(1)</script>", Comments="A word", **{EXTERNAL_ID: "default-4711"})
    text = page(sandbox).text
    assert text.index("00001002") < text.index("00001001")
    for shown in ("one\ntwo", "Eva Schröder", "Alpenkraft AG", "Ringback Integration", "+4930123456", "default-4711"):
        assert shown in text
    assert "<script>" not in text
    assert "&lt;script&gt;" in text
    assert "A word" in text
    assert 'http-equiv="refresh"' in text


def test_one_case_has_its_own_page(rest: Rest, sandbox: RunningSandbox) -> None:
    """By number or by id; 404 for another."""
    record_id = rest.create(Subject="Only me")
    rest.create(Subject="Not me")
    for name in (record_id, "00001001"):
        text = page(sandbox, f"/case/{name}").text
        assert "Only me" in text
        assert "Not me" not in text
    assert page(sandbox, "/case/1").status_code == 404


def test_each_page_says_what_it_shows(rest: Rest, sandbox: RunningSandbox) -> None:
    """The title of one Case has its number and subject, and each title the name of the sandbox."""
    rest.create(Subject="Only me")
    assert "<title>Case 00001001: Only me · Ringback sandbox</title>" in page(sandbox, "/case/00001001").text
    assert "<title>1 Case · Ringback sandbox</title>" in page(sandbox).text
    assert "<title>No such Case · Ringback sandbox</title>" in page(sandbox, "/case/1").text
    assert "<title>Callers · Ringback sandbox</title>" in page(sandbox, "/jtel").text


def test_the_pages_have_one_clock(rest: Rest, sandbox: RunningSandbox) -> None:
    """A Case's times are shown by the clock of jtel's page."""
    record_id = rest.create(Subject="Only me")
    created = rest.get(f"sobjects/Case/{record_id}")["CreatedDate"]
    text = page(sandbox).text
    assert shown_time(created) in text
    assert "+0000" not in text


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2026-11-21T09:30:00.000+0000", "2026-11-21 10:30:00"),
        ("2026-07-21T22:30:00.000+0000", "2026-07-22 00:30:00"),
        ("2026-11-21T09:30:00.347", "2026-11-21 09:30:00"),
    ],
)
def test_times_are_berlins(stamp: str, shown: str) -> None:
    """Salesforce's have an offset, jtel's are Berlin's already."""
    assert shown == shown_time(stamp)
