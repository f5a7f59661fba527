"""What people want to know of one callback, and do with it, in a browser: never more than three clicks."""

from playwright.sync_api import Page, expect

from tests.support.ringback import RunningRingback

B2B = {"AcdEventsID": 4711, "Caller": "4930901820", "AcdGroupsForeignSystemID": "SERVICE_B2B", "Subject": "Offer"}
NUMBER = "+4930901820"


def came(console: RunningRingback) -> str:
    """The address of the page of a callback that has just come."""
    assert console.post(B2B).status == 200
    return f"/console/callbacks/{console.entries()[-1]['id']}"


def test_operator_reveals_a_number(operator_page: Page, console: RunningRingback) -> None:
    """One click shows the number; who looks again sees it masked."""
    address = came(console)
    operator_page.goto(address)
    expect(operator_page.get_by_text(NUMBER)).to_have_count(0)

    operator_page.get_by_role("button", name="Show the numbers").click()
    expect(operator_page.get_by_role("row", name=f"callback_number {NUMBER}")).to_be_visible()
    expect(operator_page.get_by_role("status")).to_contain_text("written down")

    operator_page.goto(address)
    expect(operator_page.get_by_text(NUMBER)).to_have_count(0)


def test_viewer_cannot(viewer_page: Page, console: RunningRingback) -> None:
    """A viewer sees what became of the callback, and no button that reveals or forgets."""
    viewer_page.goto(came(console))

    expect(viewer_page.get_by_role("row", name="Priority")).to_contain_text("High")
    expect(viewer_page.get_by_role("main").get_by_role("button")).to_have_count(1)  # that copies the text for a ticket
    expect(viewer_page.get_by_text("Forget")).to_have_count(0)
    expect(viewer_page.get_by_text(NUMBER)).to_have_count(0)


def test_copy_for_a_ticket(operator_page: Page, console: RunningRingback) -> None:
    """One click copies what may be sent to others."""
    operator_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    operator_page.goto(came(console))

    operator_page.get_by_role("button", name="Copy", exact=True).click()

    copied = operator_page.evaluate("navigator.clipboard.readText()")
    assert "event 4711 of source default" in copied
    assert "Offer" not in copied
