"""The JSON Schema that editors use accepts what Ringback accepts, marks what people get wrong, and is up to date."""

import re
import subprocess
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from app.mapping.codes import Code, Severity
from app.mapping.config import find_problems
from app.mapping.json_schema import json_schema
from app.mapping.schema import ConfigSchema, DefaultsSchema, ReconcileSchema, RuleSchema, SourceSchema, Strict
from tests.mapping.test_page import examples

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
COMMITTED = ROOT / "config" / "ringback.schema.json"
VALIDATOR = jsonschema_rs.Draft7Validator(json_schema())
VALID = [
    ROOT / "config" / "ringback.yaml",
    ROOT / "tests" / "ringback.yaml",
    ROOT / "example-plugin" / "tests" / "rules.yaml",
    *sorted((HERE / "configs").glob("*.yaml")),
    *sorted((HERE / "cases").glob("*.yaml")),
]
RULE = "rules:\n  - name: all\n"
FIELDS = f"{RULE}    fields:\n      "
WHEN = f"{RULE}    when:\n      "
MISTAKES = {
    "a key that is misspelt": f"surces: {{}}\n{RULE}",
    "a key of a rule that is misspelt": f"{RULE}    feilds: {{Subject: x}}\n",
    "a key of a source that is misspelt": f"sources: {{default: {{time_zone: UTC}}}}\n{RULE}",
    "no rules": "sources: {default: {}}\n",
    "a rule without a name": "rules:\n  - when: {AcdGroupsID: 5}\n",
    "a source's name that no URL can hold": f"sources: {{Acme GmbH: {{}}}}\n{RULE}",
    "a choice that is none": f"sources: {{default: {{when_crm_is_away: wait}}}}\n{RULE}",
    "a text for a list": f"{RULE}    require: Subject\n",
    "a list for a value": f"{FIELDS}Subject: [a, b]\n",
    "a kind of reference that is none": f"{FIELDS}OwnerId: {{quue: B2B Support}}\n",
    "a reference of two kinds": f"{FIELDS}OwnerId: {{queue: B2B Support, user: anna}}\n",
    "a reference without a name": f"{FIELDS}OwnerId: {{queue: }}\n",
    "a user by what is none": f"{FIELDS}OwnerId: {{user: anna, by: name}}\n",
    "an account by what no field is called": f"{FIELDS}AccountId: {{account: x, by: Customer No}}\n",
    "a table without rows": f"{FIELDS}Priority: {{of: AcdGroupsName}}\n",
    "a table with a list": f"{FIELDS}Priority: {{of: AcdGroupsName, table: [High]}}\n",
    "a typed value with another key": f"{FIELDS}Due__c: {{date: x, default: y}}\n",
    "an otherwise that is wrong": f"{FIELDS}OwnerId: {{user: anna, otherwise: {{quue: Callbacks}}}}\n",
    "a field that jtel does not send": f"{WHEN}AcdGroupId: 235\n",
    "a condition that is none": f"{WHEN}callback_number: {{match: x}}\n",
    "a condition deep inside": f"{WHEN}callback_number: [a, {{not: {{match: x}}}}]\n",
    "a day that is none": f"{WHEN}received_at: {{within: {{mo-fr: '08:00-18:00'}}}}\n",
    "hours that are none": f"{WHEN}received_at: {{within: {{mon-fri: 8-18}}}}\n",
    "a date that is none": f"{WHEN}requested_at: {{dates: [25.12.]}}\n",
    "dates of a text": f"{WHEN}subject: {{dates: ['12-25']}}\n",
    "hours of a text": f"{WHEN}subject: {{within: {{mon-fri: '08:00-18:00'}}}}\n",
    "a value for a time": f"{WHEN}received_at: 10:00\n",
    "a length that is none": f"{RULE}    merge: half an hour\n",
    "missing that is false": f"{WHEN}subject: {{missing: false}}\n",
}


# What a schema cannot say: it needs more than one place of the file, or more than the file.
BEYOND = {
    *(Code.ENV_INVALID, Code.ENV_UNSET, Code.UNKNOWN_ZONE, Code.UNKNOWN_REGION, Code.SOURCE_NAMES_CLASH),
    *(Code.RULE_NAME_TWICE, Code.RULE_UNREACHABLE, Code.CATCH_ALL_MISSING, Code.REQUIRED_NOT_SET, Code.NEVER_MATCHES),
    *(Code.TEMPLATE_INVALID, Code.UNKNOWN_NAME, Code.UNKNOWN_FILTER, Code.NUMBER_UNQUOTED, Code.OPTION_INVALID),
    Code.OBJECT_INVALID,
    *(Code.UNKNOWN_MAPPER, Code.MAPPER_BROKEN, Code.ENCODING_WRONG),
}
# Options are known to their mapper alone; an editor sees dates as texts; and some would fill its memory.
APART = re.compile("option|mapper|merge-key|date-|key-is-a-list|anchor|env-value")
BROKEN = [path for path in sorted((HERE / "broken").glob("*.yaml")) if not APART.search(path.stem)]


def test_the_committed_one_is_current() -> None:
    """`ringback schema` prints what is in the repository: who changes the language runs `make schema`."""
    printed = subprocess.run(
        [sys.executable, "-m", "app", "schema"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert COMMITTED.read_text() == printed.stdout


def test_the_shipped_configuration_names_it() -> None:
    """Editors find it by the first line of the shipped configuration."""
    first = (ROOT / "config" / "ringback.yaml").read_text().partition("\n")[0]

    assert f"# yaml-language-server: $schema={COMMITTED.name}" == first


@pytest.mark.parametrize("path", VALID, ids=lambda path: path.stem)
def test_accepts_what_is_valid(path: Path) -> None:
    """No configuration of the tests that loads is marked."""
    assert [] == mistakes(path.read_text())


@pytest.mark.parametrize("page", ["configuration.md", "mapping.md", "rule-reference.md", "writing-a-mapper.md"])
def test_accepts_the_documents(page: str) -> None:
    """No example of the documents is marked."""
    texts = examples((ROOT / "docs" / page).read_text())

    assert texts
    assert [] == [found for text in texts if (found := mistakes(text))]


@pytest.mark.parametrize("text", MISTAKES.values(), ids=MISTAKES.keys())
def test_marks_mistakes(text: str) -> None:
    """What people get wrong is marked while they write."""
    assert [] != mistakes(text)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_marks_what_is_broken(path: Path) -> None:
    """What `ringback check` finds wrong in one place is marked in the editor as well."""
    found = {problem.code for problem in find_problems(path) if problem.severity is Severity.ERROR}
    if found - BEYOND:
        with suppress(YAMLError):  # editors mark what is no YAML
            assert [] != mistakes(path.read_text())


@pytest.mark.parametrize("schema", [ConfigSchema, SourceSchema, ReconcileSchema, DefaultsSchema, RuleSchema])
def test_every_key_is_described(schema: type[Strict]) -> None:
    """Whoever points at a key reads what it is."""
    assert [] == [name for name, field in schema().fields.items() if not field.metadata.get("description")]


def mistakes(text: str) -> list[str]:
    document = YAML(typ="safe", pure=True).load(text)
    return [f"{list(error.instance_path)}: {error.message}" for error in VALIDATOR.iter_errors(as_json(document))]


def as_json(value: Any) -> Any:
    """What an editor makes of YAML: keys are texts, and so are dates."""
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [as_json(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value
