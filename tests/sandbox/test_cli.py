"""`ringback sandbox faults` and `ringback sandbox org`."""

import json

import pytest
from click.testing import CliRunner, Result

from app.cli.sandbox import sandbox as command
from tests.sandbox.rest import Rest
from tests.support.sandbox import RunningSandbox


@pytest.fixture
def run(sandbox: RunningSandbox):
    def invoke(*words: str) -> Result:
        return CliRunner().invoke(command, [*words, "--url", sandbox.url], catch_exceptions=False)

    return invoke


def test_faults_are_set_listed_and_cleared(run, sandbox: RunningSandbox) -> None:
    """Parameters are numbers where they look like numbers."""
    result = run("faults", "add", "latency", "seconds=0.1", "--next", "3", "--match", "POST")
    assert result.exit_code == 0
    want = {"fault": "latency", "seconds": 0.1, "next": 3, "match": "POST", "hits": 0}
    assert json.loads(run("faults", "list").output) == [want]
    assert run("faults", "clear").exit_code == 0
    assert sandbox.faults() == []


def test_the_org_is_changed_shown_and_reset(run, rest: Rest) -> None:
    """`values` and `objects` are lists; without a change the settings are shown."""
    assert run("org", "restrict-picklist", "object=Case", "field=Origin", "values=Phone,Email").exit_code == 0
    assert rest.refuses("POST", "sobjects/Case", {"Origin": "Web"})[0] == 400
    assert run("org", "add-queue", "queue=Night shift", "objects=Case,Task").exit_code == 0
    assert rest.query("SELECT Id FROM QueueSobject WHERE Queue.Name = 'Night shift'")["totalSize"] == 2
    shown = json.loads(run("org").output)
    assert shown["fields"]["Case.Origin"]["picklist"] == ["Phone", "Email"]
    assert run("org", "reset").exit_code == 0
    assert json.loads(run("org").output)["fields"] == {}


def test_what_cannot_be_done_is_said(run) -> None:
    """The words of the control endpoint, or that there is no sandbox."""
    assert "no such change" in run("org", "magic").output
    assert "KEY=VALUE" in run("org", "drop-field", "Origin").output
    nobody = CliRunner().invoke(command, ["faults", "list", "--url", "http://127.0.0.1:9"])
    assert nobody.exit_code == 1
    assert "no sandbox answers" in nobody.output
