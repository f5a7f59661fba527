"""`ringback map`, as an integrator calls it."""

import json
import re
import shlex
import subprocess
from pathlib import Path
from shutil import copytree

import pytest

from tests.support.desk import ROOT, Desk
from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.sandbox import RunningSandbox

RULES = """\
sources:
  default: {}
  vienna: {region: AT, timezone: Europe/Vienna}
rules:
  - name: sales
    when: {AcdGroupsName: Sales, requested_at: {within: {mon-fri: "08:00-18:00"}}}
  - name: everyone-else
    require: [Subject]
    merge: 30 min
    fields:
      Subject: "{{ subject }}"
      SuppliedPhone: "{{ callback_number }}"
      OwnerId: {queue: B2B Support}
      Reason__c: "{{ extra.Reason }}"
"""
SENT = {"AcdEventsID": 7, "Caller": "030 901820", "Subject": "x" * 300, "dtCallEnd": "2026-11-21T10:42:05"}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES, "utf-8")
    return file


@pytest.fixture
def payload(tmp_path: Path) -> Path:
    file = tmp_path / "payload.json"
    file.write_text(json.dumps(SENT), "utf-8")
    return file


def test_record_and_why(tmp_path: Path, rules: Path, payload: Path) -> None:
    """What is sent, where each value is from, what was cut, what is not sent and why, and why no earlier rule.

    No setting is needed, and the rules may be any file.
    """
    done = ringback("map", "--rules", rules.name, payload.name, cwd=tmp_path)

    assert (0, "") == (done.returncode, done.stderr)
    lines = done.stdout.splitlines()
    assert "payload.json: event 7 of source default" == lines[0]
    assert "  Rule everyone-else (rules.yaml:7): a Case with the external id default-7" == lines[1]
    assert "  or a comment, if this number has got a Case in the last 30 min that is open" == lines[2]
    text = "\n".join(line.strip() for line in lines)
    assert '(cut from 300 characters to 255)\nfrom rule everyone-else, rules.yaml:11: "{{ subject }}"' in text
    assert 'SuppliedPhone   +4930901820\nfrom rule everyone-else, rules.yaml:12: "{{ callback_number }}"' in text
    assert "OwnerId         queue B2B Support\nfrom rule everyone-else, rules.yaml:13" in text
    assert "Not sent:\nReason__c       came out empty for this callback\n" in text
    assert (
        "sales, rules.yaml:5\nAcdGroupsName is not there, wanted is Sales\nrequested_at is Sat 2026-11-21 10:42:05"
        in text
    )
    assert max(map(len, done.stdout.splitlines())) <= 100


def test_every_form_and_folder(rules: Path) -> None:
    """A folder stands for its files, in whatever form each is."""
    done = ringback("map", "--json", "examples")

    assert 0 == done.returncode, done.stderr
    found = {one["name"]: (one["event"], one["record"]["SuppliedPhone"]) for one in json.loads(done.stdout)}
    names = sorted(path.name for path in (ROOT / "examples").iterdir())
    assert [f"examples/{name}" for name in names] == list(found)
    assert {"+4930901820"} == {number for _, number in found.values()}
    assert len(names) == len({event for event, _ in found.values()})


def test_what_is_no_callback(tmp_path: Path, rules: Path, payload: Path) -> None:
    """What cannot be understood is told with its reason, the others go on, and the exit status says so."""
    broken, refused = tmp_path / "broken.json", tmp_path / "refused.json"
    broken.write_text('{"a')
    refused.write_text('{"AcdEventsID": 8, "Caller": "030901820"}')

    done = ringback("map", "--rules", rules, broken, refused, payload)

    assert 1 == done.returncode
    assert f"{broken}: refused with json_broken: The body starts like JSON but breaks at line 1" in done.stdout
    assert "refused with required_value_empty: Rule everyone-else (rules.yaml:8) requires Subject" in done.stdout
    assert f"{payload}: event 7" in done.stdout


def test_json(rules: Path) -> None:
    """The same for other programs, of what came in by standard input; the keys are always all there.

    --at says when it came, on the source's clock.
    """
    sent = {**SENT, "Caller": "0664 1234567", "AcdGroupsName": "Sales"}

    done = ringback(
        "map", "--json", "--rules", rules, "--source", "vienna", "--at", "2026-07-01T09:30", "-", stdin=json.dumps(sent)
    )

    (shown,) = json.loads(done.stdout)
    assert ("standard input", "vienna", "7", "vienna-7", "everyone-else", str(rules), 7, "Case", None) == tuple(
        shown[key] for key in ("name", "source", "event", "externalId", "rule", "file", "line", "object", "error")
    )
    assert "2026-07-01T09:30:00+02:00" == shown["receivedAt"]
    assert "+436641234567" == shown["record"]["SuppliedPhone"]
    assert ("30 min", ["Subject"]) == (shown["merge"], shown["require"])
    fields = {one["field"]: one for one in shown["fields"]}
    assert {"queue": "B2B Support"} == fields["OwnerId"]["value"] == shown["record"]["OwnerId"]
    assert ("cut", "rule everyone-else", 11, '"{{ subject }}"') == tuple(
        fields["Subject"][key] for key in ("state", "givenBy", "line", "template")
    )
    assert ("empty", None) == (fields["Reason__c"]["state"], fields["Reason__c"]["value"])
    (passed,) = shown["passedOver"]
    assert ("sales", 5, 1) == (passed["rule"], passed["line"], len(passed["because"]))
    assert passed["because"][0].startswith("requested_at is Sat 2026-11-21 10:42:05, wanted is {within:")

    empty = json.loads(ringback("map", "--json", "--rules", rules, "-", stdin="nothing").stdout)[0]
    assert list(shown) == list(empty)


def test_org(desk: Desk, sandbox: RunningSandbox, rules: Path, payload: Path) -> None:
    """--crm shows what refs lead to, and what Salesforce would not take; that is exit status 1."""
    sandbox.org("drop-field", object="Case", field="SuppliedPhone")

    done = desk.run("map", "--crm", "--rules", rules, payload)
    (shown,) = json.loads(desk.run("map", "--crm", "--json", "--rules", rules, payload).stdout)

    assert 1 == done.returncode, done.stderr
    queue = sandbox.query("SELECT Id FROM Group WHERE Name = 'B2B Support'")[0]["Id"]
    assert f"OwnerId         queue B2B Support: {queue}" in done.stdout
    assert "DROPPED: Case has no field SuppliedPhone" in done.stdout
    fields = {one["field"]: one for one in shown["fields"]}
    assert queue == fields["OwnerId"]["resolved"]
    assert [("dropped", "field_not_found")] == [(one["effect"], one["code"]) for one in fields["SuppliedPhone"]["crm"]]
    assert [] == sandbox.query("SELECT Id FROM Case")


def test_change_of_rules_for_files(tmp_path: Path, rules: Path, payload: Path) -> None:
    """--diff tells what a change of the rules changes for a folder of payloads."""
    old = tmp_path / "old.yaml"
    old.write_text(RULES.replace("Reason__c:", "Status: New\n      Reason__c:").replace("{{ sub", "A\\nB\\n{{ sub"))
    folder = tmp_path / "payloads"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps({**SENT, "Subject": "Offer"}))

    done = ringback("map", "--rules", rules, "--diff", old, folder)

    assert 1 == done.returncode, done.stderr
    assert [
        f"{folder}/one.json: event 7 of source default",
        "  - Subject: A B Offer   (rule everyone-else, OLD:11)",
        "  + Subject: Offer   (rule everyone-else, NEW:11)",
        "  - Status: New   (rule everyone-else, OLD:14)",
        "",
        "1 of 1 callback changes.",
        "What changes: Subject 1, Status 1.",
    ] == done.stdout.replace(str(old), "OLD").replace(str(rules), "NEW").splitlines()
    same = ringback("map", "--rules", rules, "--diff", rules, folder)
    assert (0, "0 of 1 callback change.\n") == (same.returncode, same.stdout)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "Name files, or say --last N"),
        (["--last", "3", "examples"], "one of both"),
        (["nowhere.json"], "nowhere.json cannot be read: No such file"),
        (["--source", "paris", "examples"], "There is no source paris; the configuration has default."),
        (["--diff", "nowhere.yaml", "examples"], "nowhere.yaml: cannot be read"),
        (["--crm", "--diff", "config/ringback.yaml", "examples"], "say --crm without it"),
        (["--crm", "examples"], "SALESFORCE_DOMAIN is not set"),
    ],
)
def test_what_cannot_be_tried(arguments: list[str], said: str) -> None:
    """A wrong call ends with a sentence and status 2."""
    done = ringback("map", *arguments)

    assert (2, "") == (done.returncode, done.stdout)
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_callers_do_not_steer_the_terminal(rules: Path) -> None:
    """What came is shown without control characters."""
    done = ringback("map", "--rules", rules, "-", stdin=json.dumps({**SENT, "Subject": "\x1b[2J"}))

    assert "\x1b" not in done.stdout
    assert "\\x1b[2J" in done.stdout


def test_page_shows_what_is_printed(tmp_path: Path) -> None:
    """What docs/trying-rules.md shows is what comes."""
    for name in ("config", "examples"):
        copytree(ROOT / name, tmp_path / name)
    blocks = re.findall(r"^```\n(\$ .*?)\n```$", (ROOT / "docs/trying-rules.md").read_text("utf-8"), re.M | re.S)
    commands = [[line[2:] for line in block.split("\n") if line.startswith("$ ")] for block in blocks]

    shown = ["\n".join(line for line in block.split("\n") if not line.startswith("$ ")) for block in blocks]

    assert blocks
    assert shown == ["".join(said(line, tmp_path) for line in lines).rstrip("\n") for lines in commands]


def said(line: str, folder: Path) -> str:
    """What the command prints, and nothing beside it."""
    if line.startswith("ringback "):
        done = ringback(*shlex.split(line)[1:], cwd=folder)
    else:
        shell = ["/bin/sh", "-c", line]
        done = subprocess.run(shell, cwd=folder, capture_output=True, text=True, timeout=PATIENCE)
    assert "" == done.stderr
    return done.stdout


def ringback(*arguments: object, stdin: str = "", cwd: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    """The command without any setting."""
    return run_command([*map(str, arguments)], {"PATH": "/usr/bin:/bin"}, cwd, stdin)
