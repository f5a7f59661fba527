"""`ringback check`, as an integrator calls it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk import Desk
from tests.support.sandbox import RunningSandbox

RULES = """\
rules:
  - name: b2b
    when: {AcdGroupsForeignSystemID: SERVICE_B2B}
    fields:
      Subject: "Callback for {{ callback_number }}"
      Priority: High
      Reason__c: Other
      OwnerId: {queue: B2B Support}
  - name: everyone-else
    fields:
      Subject: Callback
      SuppliedPhone: "{{ callback_number }}"
"""
SETTINGS = ("RINGBACK_CRM", "SANDBOX_PORT", "RINGBACK_SECRET", "DATABASE_URL", "RINGBACK_CONFIG")


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES)
    return file


@pytest.fixture
def offline(desk: Desk) -> Desk:
    """A desk without any setting."""
    for name in SETTINGS:
        desk.environment.pop(name, None)
    return desk


def test_good_file(offline: Desk, rules: Path) -> None:
    """A file without problems is said to be good; no setting is needed."""
    done = offline.run("check", rules)

    assert (0, "") == (done.returncode, done.stderr)
    assert f"{rules}: 2 rules for 1 source, ready to start with.\n" == done.stdout


def test_shipped_file_is_the_default(offline: Desk) -> None:
    """Without FILE it is the file that the service would read."""
    done = offline.run("check")

    assert done.stdout.startswith("config/ringback.yaml: ")
    assert 0 == done.returncode


def test_all_problems_at_once(offline: Desk, rules: Path) -> None:
    """Each with its line and its word; exit status 1."""
    rules.write_text(RULES.replace("when:", "wehn:").replace("callback_number", "callback_nummer"))

    done = offline.run("check", rules)

    assert 1 == done.returncode
    places = [line.split(" ")[0] for line in done.stdout.splitlines()]
    assert f"{rules}:3:5" in places
    assert f"{rules}:12:7" in places
    assert all(line.endswith("]") for line in done.stdout.splitlines()[:-1])
    assert done.stdout.splitlines()[-1].endswith("Ringback does not start with it.")
    assert "Traceback" not in done.stderr


def test_json(offline: Desk, rules: Path) -> None:
    """A list of objects whose keys are always all there; an empty one when all is well."""
    assert "[]\n" == offline.run("check", rules, "--json").stdout
    rules.write_text(RULES.replace("when:", "wehn:"))

    done = offline.run("check", rules, "--json")

    found = next(one for one in json.loads(done.stdout) if one["line"] == 3)
    assert 1 == done.returncode
    assert (str(rules), 3, 5, "rules[0].wehn", "unknown_key", "error") == tuple(
        found[key] for key in ("file", "line", "column", "where", "code", "severity")
    )
    assert "did you mean when?" in found["message"]
    assert {"file", "line", "column", "where", "code", "severity", "message", "fix", "rules", "field"} == set(found)


def test_no_file(offline: Desk) -> None:
    """A file that cannot be read is no finding of it: exit status 2."""
    done = offline.run("check", "nowhere.yaml")

    assert (2, "") == (done.returncode, done.stdout)
    assert "nowhere.yaml" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_settings(offline: Desk, rules: Path) -> None:
    """Only --crm needs them, and names all that are missing."""
    done = offline.run("check", rules, "--crm")

    assert 2 == done.returncode
    assert "SALESFORCE_DOMAIN is not set" in done.stderr
    assert "SALESFORCE_CLIENT_ID is not set" in done.stderr


def test_broken_org(desk: Desk, sandbox: RunningSandbox, rules: Path) -> None:
    """An org that lost a field, a queue, a picklist value and a permission is diagnosed completely at once.

    Each finding has its line, who mends it and where; nothing else is found, and what is well is said.
    """
    sandbox.org("restrict-picklist", object="Case", field="Priority", values=["High", "Medium", "Low"])
    sandbox.org("add-field", object="Case", field="Reason__c")
    healthy = desk.run("check", rules, "--crm")
    assert 0 == healthy.returncode, healthy.stdout
    assert "0 errors, 0 warnings, 0 not checked." in healthy.stdout

    sandbox.org("drop-field", object="Case", field="Reason__c")
    sandbox.org("delete-queue", queue="B2B Support")
    sandbox.org("drop-picklist-value", object="Case", field="Priority", value="High")
    sandbox.org("field-access", user="ringback", object="Case", field="SuppliedPhone", access="read")
    done = desk.run("check", rules, "--crm", "--json")

    assert 1 == done.returncode
    found = {(one["line"], one["code"]): one for one in json.loads(done.stdout)}
    assert {
        (6, "picklist_value_rejected"),
        (7, "field_not_found"),
        (8, "queue_not_found"),
        (12, "field_not_writable"),
    } == set(found)
    pages = {
        (6, "picklist_value_rejected"): "Setup > Object Manager > Case > Fields & Relationships > Priority > Values",
        (7, "field_not_found"): "Setup > Object Manager > Case > Fields & Relationships > New",
        (8, "queue_not_found"): "Setup > Queues > New",
        (12, "field_not_writable"): "Setup > Permission Sets > Ringback > Object Settings > Cases > Field Permissions",
    }
    for key, page in pages.items():
        assert page in found[key]["fix"]
    assert ["everyone-else"] == found[12, "field_not_writable"]["rules"]
    report = desk.run("check", rules, "--crm").stdout
    assert "ok  external id" in report
    assert "looked at with 3 API calls" in report
    assert report.endswith("4 errors, 0 warnings, 0 not checked.\n")


def test_permission_for_the_object(desk: Desk, sandbox: RunningSandbox, rules: Path) -> None:
    """A permission on all of Case that was taken away."""
    sandbox.org("add-field", object="Case", field="Reason__c")
    sandbox.org("object-access", user="ringback", object="Case", access="read")

    found = _found(desk, rules)

    assert ["object_not_createable"] == [one["code"] for one in found]
    assert "Setup > Permission Sets > Ringback > Object Settings > Cases" in found[0]["fix"]


def test_warnings_count_if_wanted(desk: Desk, sandbox: RunningSandbox, rules: Path) -> None:
    """--strict is for who wants none."""
    sandbox.org("add-field", object="Case", field="Reason__c")
    sandbox.org("drop-picklist-value", object="Case", field="Priority", value="High")

    assert 0 == desk.run("check", rules, "--crm").returncode
    assert 1 == desk.run("check", rules, "--crm", "--strict").returncode


def test_broken_file_comes_first(desk: Desk, rules: Path) -> None:
    """With a file that does not load, the org is left alone."""
    rules.write_text(RULES.replace("when:", "wehn:"))

    done = desk.run("check", rules, "--crm")

    assert 1 == done.returncode
    assert done.stdout.endswith("The org was not looked at: mend the file first.\n")


def test_org_that_is_away(desk: Desk, rules: Path) -> None:
    """It could not be checked: exit status 2 with a sentence."""
    done = desk.run("check", rules, "--crm", SANDBOX_PORT="9")

    assert 2 == done.returncode
    assert "The org could not be looked at: No connection to Salesforce" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_secret_is_told(desk: Desk, sandbox: RunningSandbox, rules: Path) -> None:
    """A value out of the environment is in no message."""
    sandbox.org("restrict-picklist", object="Case", field="Priority", values=["Low"])
    rules.write_text(RULES.replace("Priority: High", "Priority: ${TOP}"))

    done = desk.run("check", rules, "--crm", TOP="confidential")

    assert "confidential" not in done.stdout + done.stderr
    assert "${TOP}" in done.stdout


def _found(desk: Desk, rules: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(desk.run("check", rules, "--crm", "--json").stdout)
    return found


def test_short_secrets_are_told(offline: Desk, rules: Path) -> None:
    """Where the environment has a secret that can be guessed, it is warned of, and only --strict fails for it."""
    offline.environment["RINGBACK_SECRET"] = f"{'long' * 10} letmein"
    done = offline.run("check", rules)

    assert 0 == done.returncode
    assert "RINGBACK_SECRET: a secret of 7 characters can be guessed" in done.stdout
    assert "letmein" not in done.stdout
    assert 1 == offline.run("check", rules, "--strict").returncode
