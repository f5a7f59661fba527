"""A Flow asks jtel for a callback: once, whatever repeats, races, hangs or dies. Its callback makes no second Case."""

import os
import signal
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from app.domain.errors import ConfigError
from app.ledger.heartbeats import Heartbeats
from app.wiring.way_back import JtelClients, check_way_back
from tests.support.chaos_house import wait_until
from tests.support.jtel import HTML, Asked, Told, failure, listed
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.process import children, stop
from tests.support.ringback import SECRET
from tests.support.sandbox import RunningSandbox
from tests.support.scrape import scrape, total
from tests.support.way_back import CREATE, FLOW_SECRET, GROUPS, NUMBER, Circle, circle_at

MANY = 20
LOST = {
    "hangs up": Told(hang_up=True),
    "breaks off": Told(b'{"records": [{"ID": 4', cut=10),
    "500": failure(500, "Internal"),
    "a proxy's page": Told(HTML, 502, {"Content-Type": "text/html"}),
    "a page that says 200": Told(HTML, 200, {"Content-Type": "text/html"}),
    "no record": listed([]),
}
SURELY_NOT = {
    "400": failure(400, "Subject is missing"),
    "401": failure(401, "Unauthorized"),
    "404": Told(status=404),
    "409": failure(409, "No"),
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept_circle(
    request: pytest.FixtureRequest, shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Circle]:
    server: RunningPostgres | None = request.getfixturevalue("postgres") if request.param == "postgres" else None
    environment = {"DATABASE_URL": server.create_ledger()} if server else {}
    with circle_at(shared_sandbox, tmp_path_factory.mktemp("circle"), environment) as circle:
        yield circle


@pytest.fixture
def circle(kept_circle: Circle, sandbox: RunningSandbox) -> Circle:
    """The whole circle, on each database, in front of a clean sandbox."""
    kept_circle.reset()
    return kept_circle


@pytest.fixture(scope="module")
def kept_small(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Circle]:
    with circle_at(shared_sandbox, tmp_path_factory.mktemp("small")) as circle:
        yield circle


@pytest.fixture
def small(kept_small: Circle, sandbox: RunningSandbox) -> Circle:
    """One on SQLite, where the database makes no difference."""
    kept_small.reset()
    return kept_small


@contextmanager
def filled_port() -> Iterator[str]:
    """An address whose queue is full: whoever connects waits for an answer, as behind a firewall."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(server.getsockname())
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def wait_until_ready(circle: Circle) -> None:
    end = time.monotonic() + PATIENCE
    while requests.get(f"{circle.ringback.url}/health/ready", timeout=PATIENCE).status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.05)


def test_jtel_is_asked_once(circle: Circle) -> None:
    """jtel makes an event that leads to the Case, and a repeat hears the same without another call."""
    case = circle.case()
    at = "2026-12-01T08:30:00.000+0000"
    more: dict[str, Any] = {"subject": "Offer", "body": "About the offer", "appointment": at, "priority": 80}
    first = circle.ask(case, **more)
    repeat = circle.ask(case, **more)

    expected = {"status": "requested", "acdEventsId": 4711, "caseId": case, "sandbox": True}
    assert (200, expected) == (first.status, {name: one for name, one in first.body.items() if name != "requestId"})
    assert {**first.body, "requestId": ""} == {**repeat.body, "requestId": ""}
    (created,) = [one.body for one in circle.jtel.asked]
    assert {
        "AcdEventTypesID": 3,
        "AcdGroupsID": 235,
        "Sender": NUMBER,
        "Subject": "Offer",
        "Body": "About the offer",
        "CrmURL": f"{circle.sandbox.url}/lightning/r/Case/{case}/view",
        "UserData": case,
        "Priority": 80,
        "dtAppointmentDate": "2026-12-01",
        "dtAppointmentTime": "09:30",
    } == created
    assert NUMBER.encode() not in circle.ringback.log.read_bytes()


def test_several_wishes_of_a_case(circle: Circle) -> None:
    """What asks for something else, or has another name, is another wish; the same name is the same wish."""
    case = circle.case()
    asked = [{}, {"subject": "Other"}, {"wish": "2"}, {"wish": "2", "subject": "Other"}, {"number": "030 901820"}]
    answers = [circle.ask(case, **one).body["acdEventsId"] for one in asked]

    assert [4711, 4712, 4713, 4713, 4711] == answers
    assert 4714 == circle.ask(circle.case()).body["acdEventsId"]


def test_repeats_at_once(circle: Circle) -> None:
    """Of many that come together one asks jtel, and all hear of its event."""
    case = circle.case()
    circle.jtel.replies[CREATE] = circle.wait_at_gate
    with ThreadPoolExecutor(MANY) as pool:
        under_way = [pool.submit(circle.ask, case) for _ in range(MANY)]
        circle.gate.set()
        answers = [one.result(PATIENCE) for one in under_way]

    assert {(200, "requested", 4711)} == {(one.status, one.body["status"], one.body["acdEventsId"]) for one in answers}
    assert 1 == circle.jtel.count(CREATE)
    assert 1 == len(circle.wishes())


def test_event_that_was_there(circle: Circle) -> None:
    """Where the group takes no duplicates, the event that jtel has updated is named, and so is that it was there."""
    circle.jtel.replies[CREATE] = circle.update(42)
    case = circle.case()

    answers = [circle.ask(case) for _ in range(2)]

    assert [(200, "existing_event", 42)] * 2 == [
        (one.status, one.body["status"], one.body["acdEventsId"]) for one in answers
    ]
    assert 1 == circle.jtel.count(CREATE)


@pytest.mark.parametrize("lost", LOST.values(), ids=LOST)
def test_lost_answer(small: Circle, lost: Told) -> None:
    """What jtel may have is a person's matter and never sent again; jtel's callback settles it, on the same Case."""
    small.jtel.replies[CREATE] = small.lose(lost)
    case = small.case()
    answers = [small.ask(case) for _ in range(2)]
    small.jtel.replies[CREATE] = small.create
    before = small.cases()

    assert [(200, "unknown", case)] * 2 == [(one.status, one.body["status"], one.body["caseId"]) for one in answers]
    assert "ringback wishes" in answers[1].body["message"]
    came = small.call_back(4711)
    assert (200, "existing", case) == (came.status, came.body["status"], came.body["caseId"])
    settled = small.ask(case)
    assert ("requested", 4711) == (settled.body["status"], settled.body["acdEventsId"])
    assert 1 == small.jtel.count(CREATE)
    assert before == small.cases()


@pytest.mark.parametrize("refusal", SURELY_NOT.values(), ids=SURELY_NOT)
def test_surely_not_done(small: Circle, refusal: Told) -> None:
    """What jtel has refused is a 500, and asked again by the next repeat."""
    small.jtel.replies[CREATE] = refusal
    case = small.case()
    refused = small.ask(case)
    small.jtel.replies[CREATE] = small.create
    done = small.ask(case)

    assert (500, "refused") == (refused.status, refused.body["status"])
    assert refused.body["reason"].startswith("jtel_")
    assert (200, "requested") == (done.status, done.body["status"])
    assert 1 == len(small.wishes())


def test_answer_after_the_deadline(circle: Circle) -> None:
    """The Flow is answered in time, and the event is known as soon as jtel names it."""
    circle.jtel.replies[CREATE] = circle.wait_at_gate
    case = circle.case()
    late = circle.ask(case)
    circle.gate.set()
    circle.wait_for("requested")
    known = circle.ask(case)

    assert (200, "unknown", "jtel_timeout") == (late.status, late.body["status"], late.body["reason"])
    assert (200, "requested", 4711) == (known.status, known.body["status"], known.body["acdEventsId"])
    assert 1 == circle.jtel.count(CREATE)


def test_killed_between(circle: Circle) -> None:
    """A process that dies before jtel answers leaves a wish that nobody sends again."""
    circle.jtel.replies[CREATE] = circle.wait_at_gate
    case = circle.case()
    with ThreadPoolExecutor(1) as pool:
        under_way = pool.submit(circle.ask, case)
        assert wait_until(lambda: bool(circle.events) or under_way.done(), PATIENCE)
        assert not under_way.done()
        for worker in children(circle.ringback.process.pid):
            os.kill(worker, signal.SIGKILL)
        assert under_way.exception(PATIENCE) is not None
    meanwhile = circle.ask(case)
    circle.expire()
    after = circle.ask(case)
    came = circle.call_back(4711)
    settled = circle.ask(case)

    expected = (200, "unknown", "wish_unanswered")
    assert [expected] * 2 == [(one.status, one.body["status"], one.body["reason"]) for one in (meanwhile, after)]
    assert (200, "existing", case) == (came.status, came.body["status"], came.body["caseId"])
    assert "requested" == settled.body["status"]
    assert 1 == circle.jtel.count(CREATE)


def test_ledger_is_away(postgres: RunningPostgres, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """What cannot be stored is not sent; and a callback that may be jtel's answer to a wish makes no Case meanwhile."""
    with circle_at(sandbox, tmp_path, {"DATABASE_URL": postgres.create_ledger()}) as circle:
        case, asks = circle.case(), circle.case()
        circle.ask(case)
        before = circle.cases()
        with postgres.frozen():
            refused = circle.ask(asks)
            came = circle.call_back(4711)
        wait_until_ready(circle)
        again, came_again = circle.ask(asks), circle.call_back(4711)
        after = circle.cases()

    assert (500, "ledger_unavailable") == (refused.status, refused.body["reason"])
    assert (500, "ledger_unavailable") == (came.status, came.body["reason"])
    assert (200, "requested") == (again.status, again.body["status"])
    assert (200, "existing", case) == (came_again.status, came_again.body["status"], came_again.body["caseId"])
    assert before == after
    assert 2 == circle.jtel.count(CREATE)


@pytest.mark.parametrize("linked", [True, False], ids=["names its Case", "names no Case"])
def test_callback_comes_first(circle: Circle, linked: bool) -> None:
    """The callback may come before jtel has answered the wish that it comes of: it makes no Case either."""
    came = []

    def create(asked: Asked) -> Told:
        answer = circle.create(asked)
        came.append(circle.call_back(4711, **({} if linked else {"SalesforceId": None})))
        return answer

    circle.jtel.replies[CREATE] = create
    case = circle.case()
    before = circle.cases()
    answer = circle.ask(case)
    (entry,) = circle.ringback.wait_for("delivered")

    assert ("requested", 4711) == (answer.body["status"], answer.body["acdEventsId"])
    assert (200, "existing" if linked else "queued") == (came[0].status, came[0].body["status"])
    assert case == entry["record_id"]
    assert before == circle.cases()
    assert 1 == len(circle.comments(case))


FORMS: dict[str, dict[str, Any]] = {
    "flat": {},
    "without a link": {"SalesforceId": None},
    "with the short id": {"SalesforceId": "15"},
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_callback_of_a_wish(circle: Circle, form: dict[str, Any]) -> None:
    """It is known by its event, however often it comes: one mark on the Case, and no other Case."""
    case = circle.case()
    circle.ask(case)
    before = circle.cases()
    more = {name: case[:15] if value == "15" else value for name, value in form.items()}

    answers = [circle.call_back(4711, **more) for _ in range(3)]

    assert {(200, "existing", case)} == {(one.status, one.body["status"], one.body["caseId"]) for one in answers}
    (mark,) = circle.comments(case)
    assert "event 4711" in mark
    assert before == circle.cases()
    (entry,), (wish,) = circle.ringback.entries(), circle.wishes()
    assert ("delivered", case) == (entry["state"], entry["record_id"])
    assert wish["arrived_at"] is not None


def test_salesforce_is_away_when_it_comes(circle: Circle) -> None:
    """Then it waits like all others, and the engine puts the mark on the Case once."""
    case = circle.case()
    circle.ask(case)
    before = circle.cases()
    circle.sandbox.fault("unavailable", match="/services/data")
    came = circle.call_back(4711)
    circle.sandbox.clear_faults()
    (entry,) = circle.ringback.wait_for("delivered")

    assert (200, "queued") == (came.status, came.body["status"])
    assert case == entry["record_id"]
    assert 1 == len(circle.comments(case))
    assert before == circle.cases()


def test_worker_brings_it(postgres: RunningPostgres, sandbox: RunningSandbox, tmp_path: Path) -> None:
    """A worker of its own knows the callback of a wish as well, also if it names no Case."""
    environment = {"DATABASE_URL": postgres.create_database(), "RINGBACK_ENGINE": "procrastinate"}
    with circle_at(sandbox, tmp_path, environment) as circle:
        worker = circle.ringback.spawn("app", "worker")
        try:
            assert wait_until(Heartbeats(circle.ringback.database).alive, PATIENCE)
            case = circle.case()
            circle.ask(case)
            before = circle.cases()
            sandbox.fault("unavailable", match="/services/data")
            came = circle.call_back(4711, SalesforceId=None)
            sandbox.clear_faults()
            (entry,) = circle.ringback.wait_for("delivered")
            comments, after = circle.comments(case), circle.cases()
        finally:
            stop(worker)

    assert (200, "queued") == (came.status, came.body["status"])
    assert (case, 1) == (entry["record_id"], len(comments))
    assert before == after


def test_changed_callback_of_a_wish(circle: Circle) -> None:
    """A later version of the event is a comment on the same Case, as of any other event."""
    case = circle.case()
    circle.ask(case)
    before = circle.cases()
    circle.call_back(4711)
    changed = circle.call_back(4711, Subject="Later, please")

    assert (200, "updated", case) == (changed.status, changed.body["status"], changed.body["caseId"])
    assert before == circle.cases()
    assert 2 == len(circle.comments(case))


def test_other_callbacks_make_cases(circle: Circle) -> None:
    """A callback of the same number, or one that names the Case, is another caller's wish: it has a Case of its own."""
    case = circle.case()
    circle.ask(case)
    answers = [
        circle.ringback.post({"AcdEventsID": 9001, "Caller": NUMBER}),
        circle.ringback.post({"AcdEventsID": 9002, "Caller": "4930901821", "SalesforceId": case}),
    ]

    assert ["created"] * 2 == [one.body["status"] for one in answers]


def test_own_callback_while_unknown(circle: Circle) -> None:
    """A caller's own that names the Case is told there whole, and the wish waits on for its own callback."""
    circle.jtel.replies[CREATE] = circle.lose(LOST["hangs up"])
    case = circle.case()
    circle.ask(case)
    before = circle.cases()
    own = circle.ringback.post(
        {"AcdEventsID": 9001, "Caller": NUMBER, "SalesforceId": case, "Subject": "Heating", "Body": "It is cold"}
    )
    (meanwhile,) = circle.wishes()
    came = circle.call_back(4711)
    (settled,) = circle.wishes()

    assert [(200, "existing", case)] * 2 == [
        (one.status, one.body["status"], one.body["caseId"]) for one in (own, came)
    ]
    assert ("unknown", None) == (meanwhile["state"], meanwhile["arrived_at"])
    assert ("requested", "4711") == (settled["state"], settled["event_id"])
    assert before == circle.cases()
    (told,) = [one for one in circle.comments(case) if "9001" in one]
    assert "Heating\nIt is cold" in told


@pytest.mark.parametrize("linked", [True, False], ids=["names a record", "names none"])
def test_own_callback_of_an_existing_event(circle: Circle, linked: bool) -> None:
    """Nothing that a caller has said is lost where jtel has added a wish to the caller's own event."""
    circle.jtel.replies[CREATE] = circle.update(42)
    case = circle.case()
    circle.ask(case)
    before = circle.cases()
    more = {"SalesforceId": "003Rb0000000001IAA"} if linked else {}
    own = {"AcdEventsID": 42, "Caller": NUMBER, "Subject": "Heating", "Body": "It is cold", **more}
    came = circle.ringback.post(own)

    assert (200, "created" if linked else "existing") == (came.status, came.body["status"])
    assert linked == (before != circle.cases())
    assert linked or "Heating\nIt is cold" in circle.comments(case)[0]


def test_jtel_is_not_reached(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Where nobody answers at jtel's address, surely nothing was sent: that is a 500 in time, not `unknown`."""
    with filled_port() as url, circle_at(sandbox, tmp_path, {"JTEL_URL": url}) as circle:
        case = circle.case()
        answers = [circle.ask(case) for _ in range(2)]

    assert [(500, "refused", "jtel_unreachable")] * 2 == [
        (one.status, one.body["status"], one.body["reason"]) for one in answers
    ]


def test_groups_by_name(small: Circle) -> None:
    """The group with exactly this name is meant, else the only one that has it in its name; several are an error."""
    found = [{"ID": 7, "Name": "Support"}, {"ID": 8, "Name": "B2B Support"}, {"ID": 9, "Name": "Support 2"}]
    small.jtel.replies[GROUPS] = lambda asked: listed([one for one in found if asked.query["name"] in str(one["Name"])])
    exact, single = small.ask(small.case(), group="Support"), small.ask(small.case(), group="B2B")
    case = small.case()
    several, unknown = small.ask(case, group="uppor"), small.ask(case, group="Sales")
    no_ids = [small.ask(case, group=one) for one in (0, -1, 10**40, "00235")]
    found[:] = found[:1]
    mended = small.ask(case, group="uppor")

    assert ["requested"] * 3 == [one.body["status"] for one in (exact, single, mended)]
    assert [7, 8, 7] == [one["AcdGroupsID"] for one in small.events.values()]
    assert (500, "several_groups") == (several.status, several.body["reason"])
    assert {(500, "group_not_found")} == {(one.status, one.body["reason"]) for one in (unknown, *no_ids)}


def test_group_takes_too_long(small: Circle) -> None:
    """What was not sent by the deadline is not sent at all: a 500, and the next repeat asks."""

    def groups(_: Asked) -> Told:
        small.gate.wait(PATIENCE)
        return listed([{"ID": 7, "Name": "Support"}])

    small.jtel.replies[GROUPS] = groups
    case = small.case()
    late = small.ask(case, group="Support")
    small.gate.set()
    done = small.ask(case, group="Support")

    assert (500, "refused", "jtel_timeout") == (late.status, late.body["status"], late.body["reason"])
    assert (200, "requested") == (done.status, done.body["status"])
    assert 1 == small.jtel.count(CREATE)


def test_who_may_not_ask(small: Circle) -> None:
    """Only the Flow's own secret opens the way back; jtel's does not."""
    tried = {
        ("/jtel/callbacks", None): 401,
        ("/jtel/callbacks", SECRET): 401,
        ("/jtel/callbacks", "another"): 401,
        ("/jtel/callbacks/berlin", FLOW_SECRET): 401,
        ("/jtel/callbacks/default/x", FLOW_SECRET): 401,
        ("/jtel/else", FLOW_SECRET): 404,
    }
    case = small.case()

    assert tried == {(path, secret): small.ask(case, path, secret).status for path, secret in tried}
    assert [] == small.jtel.asked


@pytest.mark.parametrize("secret", [FLOW_SECRET, None])
def test_wrong_method(small: Circle, secret: str | None) -> None:
    """It is told in a Flow's words."""
    answer = small.ringback.post(b"{}", "/jtel/callbacks", method="PUT", secret=secret)

    assert (500, "method_not_allowed") == (answer.status, answer.body["reason"])
    assert "Flow" in answer.body["message"]


def test_flows_secret_opens_nothing_else(small: Circle) -> None:
    """And it is told whether it is right."""
    ready = small.ringback.post(b"", "/jtel/callbacks", method="GET", secret=FLOW_SECRET)
    jtels = small.ringback.post({"AcdEventsID": 1, "Caller": NUMBER}, secret=FLOW_SECRET)

    assert (200, "ready") == (ready.status, ready.body["status"])
    assert 401 == jtels.status


def test_what_is_no_wish(small: Circle) -> None:
    """It is a 500 that says what is wrong, and neither kept nor sent."""
    for body in (b"", b"{", b"[]", b"{}", b'{"caseId": "x"}', b"\xff", b"x" * 70_000):
        answer = small.ringback.post(body, "/jtel/callbacks", secret=FLOW_SECRET)
        assert (500, "invalid", True) == (answer.status, answer.body["status"], bool(answer.body["message"])), body

    assert [] == small.wishes()
    assert [] == small.jtel.asked
    assert [] == small.ringback.entries()


def test_case_takes_no_comment(small: Circle) -> None:
    """It is that Case's callback all the same: no other Case is made, and the log says what the Case lacks."""
    case = small.case()
    small.ask(case)
    small.sandbox.delete("Case", case)
    before = small.said("not_commented")
    came = small.call_back(4711)

    assert (200, "existing", case) == (came.status, came.body["status"], came.body["caseId"])
    assert case not in small.cases()
    assert len(before) < len(small.said("not_commented"))


def test_own_words_without_a_case(small: Circle) -> None:
    """What says more than was asked for has a Case of its own, where the one that asked is gone."""
    case = small.case()
    small.ask(case)
    small.sandbox.delete("Case", case)
    came = small.call_back(4711, Subject="Heating")

    assert (200, "created") == (came.status, came.body["status"])
    assert came.body["caseId"] in small.cases()


def test_log_and_metrics(small: Circle) -> None:
    """Each wish leaves a line that names it, its Case and what became of it; answers are counted as wishes."""
    case, before = small.case(), scrape(small.ringback.url, SECRET)
    answer = small.ask(case, subject="Privately planted")
    (line,) = [line for line in small.said("wish") if line["request_id"] == answer.body["requestId"]]
    after = scrape(small.ringback.url, SECRET)

    assert (case, "requested", "4711") == (line["case_id"], line["state"], line["event_id"])
    labels = {"reason": "", "source": "default", "status": "requested"}
    assert 1 == total(after, "ringback_wishes_total", **labels) - total(before, "ringback_wishes_total", **labels)
    assert total(before, "ringback_callbacks_total") == total(after, "ringback_callbacks_total")
    assert "Privately planted" not in small.ringback.log.read_text()


def test_no_jtel_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Flow's secret without jtel's address stops the start, with a sentence for each source."""
    for name in ("JTEL_URL", "JTEL_TOKEN", "JTEL_CLIENTS_ID", "JTEL_URL_BERLIN_2"):
        monkeypatch.delenv(name, raising=False)
    check_way_back(["default", "berlin-2"])
    monkeypatch.setenv("RINGBACK_FLOW_SECRET", FLOW_SECRET)
    monkeypatch.setenv("RINGBACK_FLOW_SECRET_BERLIN_2", FLOW_SECRET)
    with pytest.raises(ConfigError) as raised:
        check_way_back(["default", "berlin-2"])

    assert ["JTEL_URL", "JTEL_URL_BERLIN_2"] == [one.split(", but ")[1].split()[0] for one in raised.value.problems]


def test_settings_that_came_with_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """A source that is added while running has no way to jtel if its settings are wrong; no request breaks over it."""
    monkeypatch.setenv("JTEL_URL_BERLIN", "no address")
    clients = JtelClients()

    assert [None, None] == [clients("berlin") for _ in range(2)]


@pytest.mark.parametrize("mode", ["positive", "negative"])
def test_generated_wishes(small: Circle, mode: str) -> None:
    """Whatever a Flow sends, the answer is as `/openapi.json` describes it."""
    from tests.web.generated import send_generated

    small.jtel.replies[GROUPS] = listed([{"ID": 7, "Name": "Support"}])

    send_generated(small.ringback.url, FLOW_SECRET, "post", "/jtel/callbacks", mode, examples=12)
