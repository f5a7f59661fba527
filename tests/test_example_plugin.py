"""The package in `example-plugin/`, as one that copies it would use it: installed, tested, checked, and running."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.patience import PATIENCE
from tests.support.ringback import ROOT, RunningRingback
from tests.support.started import Started

PLUGIN = ROOT / "example-plugin"
RULES = (PLUGIN / "tests" / "rules.yaml").read_text()


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """What Python has to be told to find the package: pip has built and installed it into a folder of its own."""
    target = tmp_path_factory.mktemp("installed")
    options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--no-build-isolation", "--target", str(target)]
    subprocess.run([sys.executable, "-m", "pip", "install", *options, str(PLUGIN)], check=True)
    return {"PYTHONPATH": str(target)}


@pytest.fixture(scope="module")
def running(installed, shared_sandbox, tmp_path_factory):
    """A Ringback that has the package, with its rules."""
    settings = {**installed, "RINGBACK_CONFIG": str(PLUGIN / "tests" / "rules.yaml"), "WEB_CONCURRENCY": "1"}
    with RunningRingback(shared_sandbox.url, tmp_path_factory.mktemp("plugin") / "log", settings) as ringback:
        yield ringback


def _checked(installed, path: Path, rules: str):
    path.write_text(rules)
    said = path.with_name("said")
    status = Started("app", ["check", str(path)], {**os.environ, **installed}, ROOT, said).wait(PATIENCE)
    return status, said.read_text().replace(f"{path}", path.name)


def test_its_own_tests_pass(installed):
    """They need nothing of Ringback's but `app.testing`."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", str(PLUGIN)]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **installed}, capture_output=True, text=True)

    assert 0 == done.returncode, done.stdout + done.stderr


def test_a_callback_becomes_a_task(running, sandbox, event_id):
    """The rule names the mapper by its entry point, and the Task is in the org, about the person, due when it says."""
    sandbox.org(
        "add-field", object="Task", field="jtel_AcdEventsID__c", type="string", length=80, unique=True, external_id=True
    )
    [anna] = sandbox.query("SELECT Id FROM Contact ORDER BY Id LIMIT 1")
    sent = {
        "AcdEventsID": event_id,
        "CallbackNumber": "4930901820",
        "dtCallEnd": "2026-12-24T10:42:05",
        "SalesforceId": anna["Id"],
        "SalesforceQueryResult": 1,
    }

    answers = [running.post(sent).body["status"] for _ in range(2)]

    [task] = sandbox.query("SELECT Subject, Priority, ActivityDate, WhoId, jtel_AcdEventsID__c FROM Task")
    assert ["created", "existing"] == answers
    assert {
        "Subject": "Call back +4930901820",
        "Priority": "High",
        "ActivityDate": "2026-12-29",
        "WhoId": anna["Id"],
        "jtel_AcdEventsID__c": f"default-{event_id}",
    } == task


def test_its_options_are_checked(installed, tmp_path):
    """What the schema does not take is told with its place and with what would be right."""
    rules = RULES.replace("days: 2", "days: 31").replace("holidays: [2026-12-25]", 'holidys: ["25.12."]')

    status, said = _checked(installed, tmp_path / "rules.yaml", rules)

    assert 1 == status
    assert "rules.yaml:5:7 rules[0].with.days: wanted are 0 to 30 working days [option_invalid]" in said
    assert 'rules.yaml:6:7 rules[0].with.holidys: unknown key "holidys"; did you mean holidays?' in said


def test_its_name_is_known(installed, tmp_path):
    """A misspelt name is told along with those that are installed."""
    status, said = _checked(installed, tmp_path / "rules.yaml", RULES.replace("mapper: task", "mapper: tsk"))

    assert 1 == status
    assert 'unknown mapper "tsk"; did you mean task? Known: case, task, or package.module:Class' in said
