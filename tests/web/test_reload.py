"""A running Ringback takes over a changed configuration if it is valid, in each of its processes."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import Pauses, rule_scope
from app.ledger.tables import attempt
from tests.support.chaos_house import ChaosRingback
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.process import children, stop
from tests.support.sandbox import RunningSandbox

BERLIN = "berlins-secret-that-is-long-enough-for-one"
EVENTS = count(800_001)


def rules(subject: str, sources: str = "{default: {}}") -> str:
    return f"sources: {sources}\nrules:\n  - name: {subject}\n    fields: {{Subject: {subject}}}\n"


class Reloading(ChaosRingback):
    """A Ringback of two processes whose configuration a test changes."""

    def __init__(self, sandbox: RunningSandbox, folder: Path, environment: dict[str, str] | None = None) -> None:
        self.config = folder / "ringback.yaml"
        self.config.write_text(rules("first"))
        fixed = {"RINGBACK_CONFIG": str(self.config), "WEB_CONCURRENCY": "2", "RINGBACK_SECRET_BERLIN": BERLIN}
        super().__init__(sandbox.url, folder / "log", {**fixed, **(environment or {})})

    def rule(self) -> Any:
        """The rule of a new callback, whichever process takes it."""
        return self.post({"AcdEventsID": next(EVENTS), "Caller": "4930901820"}).body["rule"]

    def rules_seen(self) -> set[Any]:
        """The rules of so many callbacks that no process escapes."""
        return {self.rule() for _ in range(12)}

    def said(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.log_lines() if line["event"] == event]

    def retry_with(self, configuration: str, processes: int) -> None:
        """Changes the configuration. Returns when each process has it, and an attempt with it has failed."""
        self.config.write_text(configuration)
        until(lambda: len(self.said("config_loaded")) == processes)
        # What had begun before ends with the old one.
        until(lambda: self.said("config_loaded")[0]["config"] in self.hashes())

    def hashes(self) -> list[str]:
        """The configurations of the attempts so far."""
        with self.database.read() as connection:
            return list(connection.execute(select(attempt.c.config).order_by(attempt.c.id)).scalars())


@pytest.fixture
def reloading(sandbox: RunningSandbox, tmp_path: Path) -> Iterator[Reloading]:
    running = Reloading(sandbox, tmp_path)
    with running:
        yield running


def until(condition: Callable[[], bool], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_both_processes(reloading: Reloading) -> None:
    """Within seconds each process maps with the new rules; each says so, and attempts carry the new hash."""
    assert {"first"} == reloading.rules_seen()
    (before,) = set(reloading.hashes())
    reloading.config.write_text(rules("second"))
    until(lambda: len(reloading.said("config_loaded")) == 2)
    seen = reloading.rules_seen()
    (now,) = {line["config"] for line in reloading.said("config_loaded")}

    assert {"second"} == seen
    assert now != before
    assert {now} == set(reloading.hashes()[12:])


def test_wrong_then_mended(reloading: Reloading) -> None:
    """Each process tells a wrong file once and with its line, and goes on with the old rules until it is mended."""
    reloading.config.write_text("rules:\n  - name: second\n    fields: {Subject: '{{ nobody }}'}\n")
    until(lambda: len(reloading.said("config_rejected")) == 2)
    time.sleep(2)

    assert {"first"} == reloading.rules_seen()
    assert 2 == len(reloading.said("config_rejected"))
    assert f"{reloading.config}:3:" in reloading.said("config_rejected")[0]["problems"][0]
    reloading.config.write_text(rules("mended"))
    until(lambda: len(reloading.said("config_loaded")) == 2)
    assert {"mended"} == reloading.rules_seen()


def test_process_that_is_new(reloading: Reloading) -> None:
    """A process that gunicorn starts anew while the file is wrong maps like the one that has lived on."""
    reloading.config.write_text(rules("second"))
    until(lambda: len(reloading.said("config_loaded")) == 2)
    reloading.config.write_text("rules: []")
    until(lambda: len(reloading.said("config_rejected")) == 2)
    old = children(reloading.process.pid)
    os.kill(old[0], signal.SIGKILL)
    until(lambda: len(set(children(reloading.process.pid)) - {old[0]}) == 2)
    until(lambda: len(reloading.said("config_rejected")) == 3)

    assert {"second"} == reloading.rules_seen()
    reloading.process.send_signal(signal.SIGHUP)
    until(lambda: not set(children(reloading.process.pid)) & set(old))
    assert {"second"} == reloading.rules_seen()


def test_source_is_added(reloading: Reloading) -> None:
    """A source whose secret the environment has works at once; one without is refused with the setting to set."""
    reloading.config.write_text(rules("second", "{default: {}, berlin: {}}"))
    until(lambda: len(reloading.said("config_loaded")) == 2)
    answers = {
        reloading.post({"AcdEventsID": next(EVENTS), "Caller": "49309"}, "/callbacks/berlin", secret=BERLIN).status
        for _ in range(8)
    }

    assert {200} == answers
    reloading.config.write_text(rules("third", "{default: {}, bonn: {}}"))
    until(lambda: len(reloading.said("config_rejected")) == 2)
    assert "RINGBACK_SECRET_BONN is not set" in reloading.said("config_rejected")[0]["problems"][0]
    assert {"second"} == reloading.rules_seen()


def test_source_is_removed(reloading: Reloading) -> None:
    """Callbacks of a source that is gone are turned away like those of any unknown one, and the log names it."""
    reloading.config.write_text(rules("second", "{default: {}, berlin: {}}"))
    until(lambda: len(reloading.said("config_loaded")) == 2)
    reloading.config.write_text(rules("third"))
    until(lambda: len(reloading.said("sources_removed")) == 2)
    answer = reloading.post({"AcdEventsID": next(EVENTS), "Caller": "49309"}, "/callbacks/berlin", secret=BERLIN)

    assert (401, "credentials_wrong") == (answer.status, answer.body["reason"])
    assert ["berlin"] == reloading.said("sources_removed")[0]["sources"]


def test_what_waits(reloading: Reloading, sandbox: RunningSandbox) -> None:
    """What waits while the rules change is delivered with the new ones."""
    sandbox.fault("unavailable", share=1)
    answer = reloading.post({"AcdEventsID": 4711, "Caller": "4930901820"})
    reloading.retry_with(rules("second"), processes=2)
    sandbox.clear_faults()
    reloading.wait_for("delivered")

    assert "queued" == answer.body["status"]
    assert ["second"] == [case["Subject"] for case in sandbox.query("SELECT Subject FROM Case WHERE Subject != ''")]
    assert reloading.said("config_loaded")[0]["config"] == reloading.hashes()[-1]


def test_paused_rule(reloading: Reloading) -> None:
    """A rule that is paused is tried at once with the new rules, and not when its next probe would be due."""
    Pauses(reloading.database).begin(rule_scope("first"), "field_unknown", 3600)
    answer = reloading.post({"AcdEventsID": 4711, "Caller": "4930901820"})
    reloading.config.write_text(rules("first") + "    require: [Subject]\n")
    reloading.wait_for("delivered", PATIENCE)

    assert ("queued", "field_unknown") == (answer.body["status"], answer.body["reason"])


def test_workers(sandbox: RunningSandbox, tmp_path: Path, postgres: RunningPostgres) -> None:
    """`ringback worker` follows the file, too."""
    environment = {"DATABASE_URL": postgres.create_database(), "RINGBACK_ENGINE": "procrastinate"}
    running = Reloading(sandbox, tmp_path, environment)
    with running:
        worker = running.spawn_worker()
        try:
            until(Heartbeats(running.database).alive, 20)
            sandbox.fault("unavailable", share=1)
            waits = running.post({"AcdEventsID": 4711, "Caller": "4930901820"})
            running.retry_with(rules("second"), processes=3)
            sandbox.clear_faults()
            running.wait_for("delivered", PATIENCE)
        finally:
            stop(worker)

    assert "queued" == waits.body["status"]
    assert ["second"] == [case["Subject"] for case in sandbox.query("SELECT Subject FROM Case WHERE Subject != ''")]
