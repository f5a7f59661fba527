"""Fixtures, the tests of the rules: those of the shipped configuration, and what is told of others."""

import json
from pathlib import Path

import pytest

from app.mapping.config import load_config
from app.trial.fixture_files import Fixture, fixtures_in, rules_without
from app.trial.fixtures import Judged, Verdict, judge
from tests.support.desk import ROOT
from tests.trial.rules import config_of

SHIPPED = ROOT / "config"
CONFIG = load_config(SHIPPED / "ringback.yaml")
FIXTURES = list(fixtures_in(SHIPPED / "fixtures", CONFIG))
RULES = """\
sources:
  default: {}
  vienna: {timezone: Europe/London, region: AT}
rules:
  - name: b2b
    when: {AcdGroupsName: B2B}
    fields: {Subject: "{{ callback_number }} {{ received_at | time }}", Priority: High}
  - name: else/where
    require: [Subject]
    fields: {Subject: "{{ subject }}", Due__c: {number: "{{ body }}"}}
"""
B2B = {"AcdEventsID": 1, "Caller": "030901820", "AcdGroupsName": "B2B"}
OTHER = {"AcdEventsID": 1, "Caller": "030901820"}


@pytest.mark.parametrize(
    "fixture", FIXTURES, ids=lambda one: one.file.relative_to(SHIPPED / "fixtures").as_posix().partition(".")[0]
)
def test_shipped_rules(fixture: Fixture) -> None:
    """The shipped rules make of each payload what is written beside it; a new file is a new test."""
    judged = judge(fixture, CONFIG)

    assert ("", ()) == (judged.said, judged.changes)


def test_every_shipped_rule_has_fixtures() -> None:
    """None is untested."""
    assert [] == rules_without(FIXTURES, CONFIG)
    assert len(FIXTURES) > 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "fixtures"


def test_as_wanted(folder: Path) -> None:
    """A record that is as wanted, whatever the order of its fields."""
    put(folder, "b2b/one.in.json", B2B)
    put(folder, "b2b/one.out.json", {"fields": {"Priority": "High", "Subject": "+4930901820 11:00"}, "object": "Case"})

    assert [(Verdict.SAME, "")] == [(one.verdict, one.said) for one in judged(folder)]


def test_rule_that_makes_nothing(folder: Path) -> None:
    """What a rule skips is wanted as such, with its why."""
    put(folder, "tests/one.in.json", OTHER)
    put(folder, "tests/one.out.json", {"skipped": "test phones"})
    put(folder, "tests/two.in.json", OTHER)
    put(folder, "tests/two.out.json", {"object": "Case", "fields": {}})
    config = config_of(folder.parent, "rules:\n  - {name: tests, skip: test phones}\n")

    assert [Verdict.SAME, Verdict.DIFFERENT] == [judge(one, config).verdict for one in fixtures_in(folder, config)]


def test_another_record(folder: Path) -> None:
    """Each part that is another is told, what is wanted and what is made."""
    put(folder, "b2b/one.in.json", {**B2B, "dtCallEnd": "2026-11-20T10:42:05"})
    put(folder, "b2b/one.out.json", {"object": "Task", "fields": {"Subject": "+4930901820 10:42", "Origin": "Phone"}})

    (one,) = judged(folder)

    assert Verdict.DIFFERENT is one.verdict
    assert [("object", "Task", "Case"), ("fields.Origin", "Phone", None), ("fields.Priority", None, "High")] == [
        (change.part, change.old, change.new) for change in one.changes
    ]


@pytest.mark.parametrize("name", ["b2b/one.in.form", "b2b/one.in.query"])
def test_other_forms(folder: Path, name: str) -> None:
    """A payload is read in the form that its name tells."""
    put(folder, name, "AcdEventsID=1&Caller=030901820&AcdGroupsName=B2B")
    put(folder, "b2b/one.out.json", {"object": "Case", "fields": {"Priority": "High", "Subject": "+4930901820 11:00"}})

    assert [Verdict.SAME] == [one.verdict for one in judged(folder)]


def test_another_source(folder: Path) -> None:
    """What lies in a source's folder is read as that source is."""
    put(folder, "b2b/vienna/one.in.json", {**B2B, "Caller": "0664 1234567"})

    (one,) = judged(folder)

    assert one.record is not None
    assert "+436641234567 10:00" == one.record["fields"]["Subject"]


def test_accept(folder: Path) -> None:
    """What is accepted is as wanted from then on, and so is a refusal or a field that fails."""
    put(folder, "b2b/new.in.json", B2B)
    put(folder, "b2b/broken.in.json", B2B)
    put(folder, "b2b/broken.out.json", "[1")
    put(folder, "else-where/refused.in.json", OTHER)
    put(folder, "else-where/failed.in.json", {**OTHER, "Subject": "x", "Body": "y"})
    first = judged(folder)

    assert [Verdict.DIFFERENT, Verdict.NEW, Verdict.NEW, Verdict.NEW] == [one.verdict for one in first]
    assert all(one.accept() for one in first)
    assert {Verdict.SAME} == {one.verdict for one in judged(folder)}
    assert {"refused": "required_value_empty"} == written(folder, "else-where/refused.out.json")
    assert {"object": "Case", "fields": {"Subject": "x"}, "failed": ["Due__c"]} == written(
        folder, "else-where/failed.out.json"
    )


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("b2b/one.in.json", OTHER, "the rule else/where (rules.yaml:8) takes it; AcdGroupsName is not what b2b wants"),
        ("else-where/one.in.json", B2B, "the rule b2b (rules.yaml:5) takes it, which comes before else-where"),
        ("bb/one.in.json", B2B, 'there is no rule "bb"; did you mean b2b?'),
        ("one.in.json", B2B, "it lies in the folder of no rule"),
        ("b2b/paris/one.in.json", B2B, 'there is no source "paris"; known: default, vienna'),
        ("b2b/one.out.json", B2B, "there is no payload for it: one.in.json"),
        ("b2b/one.json", B2B, "it is no fixture: a payload is called NAME.in.json"),
        ("b2b/one.in.json", "{", "it is refused with json_broken: The body starts like JSON"),
    ],
)
def test_wrong_fixtures(folder: Path, name: str, content: object, said: str) -> None:
    """What cannot be tested is told with what to do, and is never accepted."""
    put(folder, name, content)

    (one,) = judged(folder)

    assert Verdict.WRONG is one.verdict
    assert said in one.said.replace(f"{folder.parent}/", "")
    assert not one.accept()


def test_two_payloads_for_one_record(folder: Path) -> None:
    """Both are told, since either could be meant."""
    put(folder, "b2b/one.in.json", B2B)
    put(folder, "b2b/one.in.form", "a=b")

    assert ["one.in.json has the same name", "one.in.form has the same name"] == [
        one.said.partition(":")[0] for one in judged(folder)
    ]


def test_rules_without_fixtures(folder: Path) -> None:
    """They are known by name."""
    put(folder, "else-where/one.in.json", B2B)
    config = config_of(folder.parent, RULES)

    assert ["b2b"] == rules_without(list(fixtures_in(folder, config)), config)


def put(folder: Path, name: str, content: object) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")


def written(folder: Path, name: str) -> object:
    return json.loads((folder / name).read_text("utf-8"))


def judged(folder: Path) -> list[Judged]:
    config = config_of(folder.parent, RULES)
    return [judge(one, config) for one in fixtures_in(folder, config)]
