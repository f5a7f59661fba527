"""The page of the caller, walked as a person without JavaScript does, with a Ringback behind it."""

import html
import re
from collections.abc import Callable, Mapping

import pytest
import requests

from app.sandbox.jtel.callback import FORM_NAMES
from app.sandbox.jtel.forms import FORMS
from tests.sandbox.jtel.conftest import Ask
from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

Fill = Callable[..., str]
ASK, CONNECT, WISH = "/jtel/callback", "/jtel/connected", "/jtel/wish"


def form_of(page: str, action: str) -> dict[str, str]:
    """The fields of the form as a browser would send them untouched, without its checkboxes."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    fields = {
        name: html.unescape(text) for name, text in re.findall(r'<textarea name="(\w+)"[^>]*>(.*?)</textarea>', form)
    }
    for name, options in re.findall(r'<select name="(\w+)">(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        assert chosen
        fields[name] = chosen[1]
    for tag in re.findall(r"<input[^>]*>", form):
        named = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if named.get("type") != "checkbox":
            fields[named["name"]] = html.unescape(named.get("value", ""))
    return fields


@pytest.fixture
def fill(sandbox: RunningSandbox) -> Fill:
    """Fills in a form of the page, sends it, and answers the page that comes then."""

    def send(action: str, headers: Mapping[str, str] | None = None, **changed: str) -> str:
        page = requests.get(f"{sandbox.url}/jtel", timeout=PATIENCE).text
        answer = requests.post(
            sandbox.url + action, {**form_of(page, action), **changed}, headers=headers, timeout=PATIENCE
        )
        assert answer.ok, answer.text
        return answer.text

    return send


@pytest.fixture
def wired(ringback: RunningRingback, sandbox: RunningSandbox) -> RunningRingback:
    """The Ringback that this jtel sends to."""
    sandbox.jtel("ringback", {"url": ringback.url, "secret": SECRET})
    return ringback


def test_each_form_has_its_name() -> None:
    """A form that is added is offered on the page."""
    assert set(FORMS) == set(FORM_NAMES)


@pytest.mark.parametrize("form", FORM_NAMES)
def test_a_callback_becomes_a_case(fill: Fill, wired: RunningRingback, sandbox: RunningSandbox, form: str) -> None:
    """In each form, with the form untouched but for the number: the log has the answer, and it leads to the Case."""
    page = fill(ASK, form=form, Sender="4930901855")
    (case,) = sandbox.query("SELECT CaseNumber, SuppliedPhone, Description FROM Case")

    assert case["SuppliedPhone"] == "+4930901855"
    assert "Please call me back about my offer." in case["Description"]
    assert html.escape('"status":"created"', quote=True).replace("&quot;", "&#34;") in page
    assert f'href="/case/{case["CaseNumber"]}"' in page
    assert "200 OK" in page
    assert f'value="{form}" selected' in page
    assert [entry["state"] for entry in wired.entries()] == ["delivered"]


def test_what_the_caller_tells_arrives(fill: Fill, wired: RunningRingback, sandbox: RunningSandbox) -> None:
    """The linked record, the agent, another number, and words that look like HTML."""
    contact = sandbox.query("SELECT Id FROM Contact LIMIT 1")[0]["Id"]
    page = fill(ASK, UserData=contact, UsersID="31", Caller="4930901899", Subject="<b>Now</b>")
    (case,) = sandbox.query("SELECT ContactId, Description FROM Case")

    assert case["ContactId"] == contact
    assert "Subject: Now" in case["Description"]
    assert "+4930901899" in case["Description"]
    assert "aberger" in case["Description"]
    assert "<b>Now</b>" not in page
    assert "&lt;b&gt;Now&lt;/b&gt;" in page


def test_one_that_is_lost_is_sent_later(fill: Fill, wired: RunningRingback, ask: Ask, sandbox: RunningSandbox) -> None:
    """jtel has the event and Ringback has not, until somebody sends it. The log says what was lost."""
    page = fill(ASK, lose="on")
    event = ask("GET", "/acd/events").json()["records"][-1]

    assert f"AcdEvent {event['ID']}" in page
    assert "lost on purpose" in page
    assert '<span class="bad">lost</span>' in page
    assert event["AcdEventTypesID"] == 3
    assert wired.entries() == []

    page = fill(f"/jtel/events/{event['ID']}/send")
    assert '<span class="bad">lost</span>' not in page
    assert [str(entry["event_id"]) for entry in wired.entries()] == [str(event["ID"])]


def test_a_caller_is_connected(fill: Fill, wired: RunningRingback, sandbox: RunningSandbox) -> None:
    """The documented variables go to /calls/connected; the number offered is that of the last callback with a Case."""
    fill(ASK, Sender="4930901866")
    fill(ASK, Sender="4930901867", lose="on")
    page = requests.get(f"{sandbox.url}/jtel", timeout=PATIENCE).text
    fill(CONNECT)

    assert form_of(page, CONNECT)["caller"] == "4930901866"
    assert [line["path"] for line in sandbox.jtel("log")["lines"]] == ["/calls/connected", *["/callbacks"] * 2]


def test_salesforce_asks(fill: Fill, wired: RunningRingback, sandbox: RunningSandbox) -> None:
    """The Flow's form offers the last Case and its number, and goes to /jtel/callbacks with the Flow's own secret."""
    assert "no secret of Ringback is known" in fill(WISH, caseId="500Rb0000000001IAA")
    sandbox.jtel("ringback", {"url": wired.url, "secret": SECRET, "flow_secret": "flows-own-secret"})
    fill(ASK, Sender="4930901877")
    case_id = sandbox.query("SELECT Id FROM Case")[0]["Id"]
    page = requests.get(f"{sandbox.url}/jtel", timeout=PATIENCE).text
    fill(WISH)
    line = sandbox.jtel("log")["lines"][0]

    assert (form_of(page, WISH)["caseId"], form_of(page, WISH)["number"]) == (case_id, "4930901877")
    assert line["path"] == "/jtel/callbacks"
    assert line["status"]


def test_a_refusal_is_shown(fill: Fill, wired: RunningRingback, sandbox: RunningSandbox) -> None:
    """As jtel's log would: the status and the reason."""
    sandbox.fault("error", code="FIELD_CUSTOM_VALIDATION_EXCEPTION", share=1.0)
    page = fill(ASK)

    assert "500 Internal Server Error" in page
    assert "refused" in page


def test_nobody_answers(fill: Fill, sandbox: RunningSandbox) -> None:
    """Without a Ringback, and with one that is not there: said, and no fault of the page."""
    assert "No secret of Ringback is known" in fill(ASK)
    sandbox.jtel("ringback", {"url": "http://127.0.0.1:9", "secret": "any"})
    page = fill(ASK)

    assert "no answer (ConnectionError)" in page
    assert "Send</button>" in page


def test_the_secret_is_not_shown(fill: Fill, wired: RunningRingback, sandbox: RunningSandbox) -> None:
    """Neither on the page nor by what stands behind the stage, which takes no address without its secret."""
    page = fill(ASK)
    given = sandbox.jtel("ringback", {"form": "v4"})
    alone = requests.post(f"{sandbox.url}/sandbox/jtel/ringback", json={"url": "http://elsewhere"}, timeout=PATIENCE)

    assert SECRET not in page
    assert given == {"url": wired.url, "form": "v4"}
    assert alone.status_code == 400


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("cross-site", 403), ("same-site", 403)]
)
def test_other_sites_are_refused(sandbox: RunningSandbox, site: str, status: int) -> None:
    """A page that is open in the same browser cannot be the caller."""
    fields = {"caller": "4930901866", "agent": "berger"}
    answer = requests.post(sandbox.url + CONNECT, fields, headers={"Sec-Fetch-Site": site}, timeout=PATIENCE)

    assert answer.status_code == status


@pytest.mark.parametrize(
    "changed", [{"form": "v5"}, {"Sender": " "}, {"AcdGroupsID": "9"}, {"AcdGroupsID": "x"}, {"UsersID": "9"}]
)
def test_what_the_form_does_not_offer(sandbox: RunningSandbox, ask: Ask, changed: dict[str, str]) -> None:
    """400, and no event."""
    page = requests.get(f"{sandbox.url}/jtel", timeout=PATIENCE).text
    answer = requests.post(sandbox.url + ASK, {**form_of(page, ASK), **changed}, timeout=PATIENCE)

    assert answer.status_code == 400
    assert ask("GET", "/acd/events").json()["count"] == 2


@pytest.mark.parametrize("path", ["/", "/jtel"])
def test_pages_load_nothing_from_elsewhere(sandbox: RunningSandbox, path: str) -> None:
    """The policy forbids scripts and other hosts; the style sheet is there."""
    answer = requests.get(sandbox.url + path, timeout=PATIENCE)
    sheet = re.search(r'href="(/static/[^"]+)"', answer.text)

    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert " style=" not in answer.text
    assert "<script" not in answer.text
    assert sheet
    assert requests.get(sandbox.url + sheet[1], timeout=PATIENCE).ok
