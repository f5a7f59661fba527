"""The look at the org after the start: once for all processes, kept where each of them can read it."""

import multiprocessing
import os
import threading
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.checking.background import CrmCheck
from app.checking.check import OrgCheck
from app.checking.rules import WrittenRules, read_rules
from app.checking.shared import SharedResult
from app.crm.salesforce import Client, ClientCredentials, Login, SalesforceInspector, build_http
from app.domain.source import Source
from tests.support.patience import PATIENCE
from tests.support.process import free_port
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

RULES = "rules:\n  - name: all\n    fields: {Subject: x, OwnerId: {queue: Callbacks}}\n"
KEY = "jtel_AcdEventsID__c"


@pytest.fixture
def stop() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


class Desk:
    """A check whose configuration a test changes."""

    def __init__(self, folder: Path, origin: str, *, on: bool = True) -> None:
        self.file = folder / "rules.yaml"
        self.file.write_text(RULES)
        http = build_http(5, origin)
        login = Login(ClientCredentials("acme.my", "sandbox", "sandbox"), http, "66.0")
        check = OrgCheck(SalesforceInspector(Client(login, "66.0", KEY)), "the sandbox", "66.0", KEY)
        self.check = CrmCheck(check, self.rules, lambda: str(hash(self.file.read_text())), on=on, pace=0.01)

    def rules(self) -> tuple[WrittenRules, dict[str, Source]]:
        return read_rules(self.file, {}), {"default": Source("default", ZoneInfo("UTC"), "DE")}

    def wait_for(self, state: str) -> None:
        """Returns when the result is of this state."""
        end = time.monotonic() + PATIENCE
        while self.check.result()["state"] != state:
            assert time.monotonic() < end, self.check.result()
            time.sleep(0.02)


def test_result(sandbox: RunningSandbox, tmp_path: Path, stop: threading.Event) -> None:
    """First it is running, then it has the findings; a changed configuration is looked at anew."""
    desk = Desk(tmp_path, sandbox.url)
    assert "running" == desk.check.result()["state"]

    desk.check.start(stop)
    desk.wait_for("ok")
    desk.file.write_text(RULES.replace("Callbacks", "Nobody"))
    desk.wait_for("errors")

    result = desk.check.result()
    assert ["queue_not_found"] == [found["code"] for found in result["findings"]]
    assert time.time() - datetime.fromisoformat(result["at"]).timestamp() < 10
    assert 'the sandbox ("Ringback Sandbox")' == result["org"]


def test_warnings_only(sandbox: RunningSandbox, tmp_path: Path, stop: threading.Event) -> None:
    """What may do no harm is told apart."""
    sandbox.org("field-access", user="ringback", object="Case", field="ContactId", access="read")
    desk = Desk(tmp_path, sandbox.url)

    desk.check.start(stop)

    desk.wait_for("warnings")


def test_org_that_is_away_comes_back(tmp_path: Path, stop: threading.Event) -> None:
    """It is asked again until it answers."""
    port = free_port()
    desk = Desk(tmp_path, f"http://127.0.0.1:{port}")
    desk.check.start(stop)
    desk.wait_for("away")
    assert "No connection to Salesforce" in desk.check.result()["message"]

    with RunningSandbox(port=port):
        desk.wait_for("ok")


def test_rules_that_cannot_be_read(sandbox: RunningSandbox, tmp_path: Path, stop: threading.Event) -> None:
    """Whatever goes wrong in the check is kept, and tried again."""
    desk = Desk(tmp_path, sandbox.url)
    desk.file.write_text("rules: {")
    desk.check.start(stop)
    desk.wait_for("away")

    desk.file.write_text(RULES)

    desk.wait_for("ok")


def test_switched_off(sandbox: RunningSandbox, tmp_path: Path, stop: threading.Event) -> None:
    """Then nothing is asked."""
    desk = Desk(tmp_path, sandbox.url, on=False)

    desk.check.start(stop)

    time.sleep(0.3)
    assert "off" == desk.check.result()["state"]
    assert 0 == sandbox.calls()["total"]


def test_processes_share_a_result() -> None:
    """Of two processes one has the work; both read what comes of it. One that dies gives the work back."""
    shared = SharedResult()
    forked = multiprocessing.get_context("fork")
    claimed, leave = forked.Event(), forked.Event()
    other = forked.Process(target=_claim_and_die, args=(shared, claimed, leave))
    other.start()
    assert claimed.wait(PATIENCE)

    with shared.claim() as ours:
        assert not ours
    assert {"said": "by the other"} == shared.read()
    leave.set()
    other.join(PATIENCE)

    with shared.claim() as ours:
        assert ours
        shared.write({"said": "here"})
    assert {"said": "here"} == shared.read()


def test_service_looks_once(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """A service of three processes looks once, and logs a line for each finding with its word and its place."""
    sandbox.org("delete-queue", queue="B2B Support")
    log = tmp_path / "log"
    environment = {"RINGBACK_CONFIG": "tests/ringback.yaml", "WEB_CONCURRENCY": "3", "RINGBACK_CHECK_CRM": "true",
                   "RINGBACK_SECRET_BERLIN_2": "secret", "RINGBACK_SECRET_STRICT": "secret"}  # fmt: skip
    with RunningRingback(sandbox.url, log, environment) as running:
        lines = _lines(running, 3)
        time.sleep(0.5)

        assert 3 == len(_lines(running, 3))
    config = Path("tests/ringback.yaml").read_text().splitlines()
    assert {
        ("queue_not_found", "OwnerId: {queue: B2B Support}"),
        ("queue_not_found", "OwnerId: {queue: No Such Queue}"),
        ("field_not_found", "NoSuchField__c: x"),
    } == {(line["code"], config[line["line"] - 1].strip()) for line in lines}
    assert {"warning"} == {line["level"] for line in lines}
    assert 1 == sum(
        count for call, count in sandbox.calls()["counts"].items() if "describe" in call and "Case/" in call
    )


def _lines(running: RunningRingback, number: int) -> list[dict[str, Any]]:
    end = time.monotonic() + PATIENCE
    while True:
        lines = [line for line in running.log_lines() if line.get("event") == "crm_check"]
        if len(lines) >= number or time.monotonic() > end:
            return lines
        time.sleep(0.05)


def _claim_and_die(shared: SharedResult, claimed: Any, leave: Any) -> None:
    with shared.claim():
        shared.write({"said": "by the other"})
        claimed.set()
        leave.wait(PATIENCE)
        os._exit(1)
