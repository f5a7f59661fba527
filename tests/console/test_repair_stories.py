"""What people repair, and how they learn what is wrong, in a browser: never more than three clicks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.domain.entry import State
from tests.console.overview import show_overview
from tests.support.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

WRONG = "4930901821"


@pytest.fixture
def desk(tmp_path: Path, console: RunningRingback, sandbox: RunningSandbox) -> Iterator[Desk]:
    """Puts callbacks into the console's ledger."""
    desk = Desk(tmp_path, sandbox, console.environment["DATABASE_URL"])
    yield desk
    desk.ledger.database.close()


def test_edit_a_wrong_number_and_replay(operator_page: Page, desk: Desk, sandbox: RunningSandbox) -> None:
    """The Case gets the right number; what jtel sent, and the identity, stay."""
    entry = desk.add(State.FAILED, {"Caller": WRONG}, reason="validation_rule")
    operator_page.goto(f"/console/callbacks/{entry.id}")

    operator_page.get_by_role("button", name="Edit and replay").click()
    text = operator_page.get_by_label("What jtel sent")
    text.fill(text.input_value().replace(WRONG, NUMBER))
    operator_page.get_by_label("Why?").fill("The caller named another number")
    operator_page.get_by_role("button", name="Save and replay").click()
    expect(operator_page.get_by_role("status")).to_contain_text("1 of 1 went through")

    (case,) = sandbox.query("SELECT Id, Description FROM Case WHERE CreatedDate = TODAY")
    assert f"+{NUMBER}" in case["Description"]
    edited = desk.now(entry)
    assert (entry.body, entry.external_id, entry.fingerprint) == (edited.body, edited.external_id, edited.fingerprint)


def test_what_is_wrong_right_now_and_who_acts(operator_page: Page, desk: Desk) -> None:
    """The first page says it, and leads to the callbacks: no click is needed."""
    desk.add(State.FAILED, reason="required_field_missing", message="Reason is required. Set fields.Reason.")
    show_overview(operator_page, "required_field_missing")

    expect(operator_page.get_by_role("heading", name="What is wrong now")).to_be_visible()
    expect(operator_page.get_by_role("listitem").filter(has_text="callbacks have failed").first).to_be_visible()
    row = operator_page.get_by_role("row", name="required_field_missing")
    expect(row).to_contain_text("integrator")
    expect(row).to_contain_text("Set fields.Reason.")


def test_viewer_repairs_nothing(viewer_page: Page, desk: Desk) -> None:
    """A viewer sees what is wrong, and no button that repairs."""
    desk.add(State.FAILED, reason="crm_unreachable")
    show_overview(viewer_page, "crm_unreachable")

    expect(viewer_page.get_by_role("row", name="crm_unreachable")).to_be_visible()
    expect(viewer_page.get_by_role("main").get_by_role("button")).to_have_text(["Search"])
