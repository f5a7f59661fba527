"""The documents are complete: what a reader may meet is explained."""

import re
from pathlib import Path

import pytest
from marshmallow import Schema

from app.checking.codes import Level, OrgCode
from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.mapping.codes import Code, Severity
from app.mapping.schema import ConfigSchema, DefaultsSchema, ReconcileSchema, RuleSchema, SourceSchema

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"


@pytest.mark.parametrize("reason", Reason, ids=lambda reason: reason.word)
def test_reasons_are_explained(reason: Reason) -> None:
    """Every reason has its row."""
    assert f"| `{reason.word}` |" in (DOCS / "reasons.md").read_text()


def test_no_other_reasons_are_explained() -> None:
    """No row explains a reason that is not there."""
    explained = set(re.findall(r"^\| `([a-z_]+)` \|", (DOCS / "reasons.md").read_text(), re.M))
    known = {reason.word for reason in Reason} | {status.value for status in Status}

    assert known == explained


def test_reasons_say_who_acts_and_how() -> None:
    """Each reason has a cause and what to do, under a heading that names who does it, or that it passes."""
    parts = re.split(r"^## ", (DOCS / "reasons.md").read_text(), flags=re.M)[1:]
    rows = {
        word: (part.partition("\n")[0], cause.strip(), fix.strip())
        for part in parts
        for word, cause, fix in re.findall(r"^\| `([a-z_]+)` \|(.*?)\|(.*)\|$", part, re.M)
    }

    assert {reason.word for reason in Reason} == set(rows)
    assert [] == [word for word, (heading, cause, fix) in rows.items() if not (cause and fix)]
    assert [] == [word for word, (heading, *_) in rows.items() if not re.search(r"act(s|ed)$|It passes", heading)]


def test_findings_are_explained() -> None:
    """What `ringback check` may find, in the file and in the org, is on its page with what to do, and nothing else."""
    lines = (DOCS / "checks.md").read_text().splitlines()
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines if re.match(r"\| `[a-z_]+` \|", line)]
    explained = [word.strip(" `") for word, meaning, _example, fix in rows if meaning.strip() and fix.strip()]

    assert sorted([*(code.word for code in Code), *(code.word for code in OrgCode)]) == sorted(explained)


def test_warnings_are_said_to_be_such() -> None:
    """A row says when what it explains is a warning only."""
    page = (DOCS / "checks.md").read_text()
    warnings = set(re.findall(r"^\| `([a-z_]+)` \| warning: ", page, re.M))

    mild = {code.word for code in Code if code.severity is Severity.WARNING}
    assert mild | {code.word for code in OrgCode if code.level is Level.WARNING} == warnings


def test_settings_are_explained() -> None:
    """Every setting that the code reads is in the table, and the table has no other."""
    readers = (
        "app/settings.py",
        "app/domain/source.py",
        "app/alerting/settings.py",
        "app/jtel/settings.py",
        "app/operations/privacy_settings.py",
        "app/operations/console_settings.py",
        "config/gunicorn.conf.py",
        "app/cli/run.py",
    )
    code = "".join((ROOT / path).read_text() for path in readers)
    read = set(re.findall(r'"((?:RINGBACK|SALESFORCE|SANDBOX|JTEL|GUNICORN|WEB|DATABASE)_[A-Z_]+|PORT)"', code))
    explained = set(re.findall(r"^\| `([A-Z_]+)", (DOCS / "settings.md").read_text(), re.M))

    assert {name for name in read if not name.endswith("_FILE")} == explained - {"RINGBACK_SECRET_"}


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        (ConfigSchema, "configuration.md"),
        (SourceSchema, "configuration.md"),
        (ReconcileSchema, "reconcile.md"),
        (DefaultsSchema, "mapping.md"),
        (RuleSchema, "mapping.md"),
    ],
)
def test_keys_of_the_configuration_are_explained(schema: type[Schema], name: str) -> None:
    """Every key of the YAML is named on its page."""
    page = (DOCS / name).read_text()

    assert [] == [
        name for name, field in schema().fields.items() if not re.search(rf"\b{field.data_key or name}\b", page)
    ]
