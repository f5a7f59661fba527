"""Why a callback becomes what it becomes."""

import json
from typing import Any

import pytest

from app.domain.reasons import Reason
from app.domain.record import Ref
from app.mapping.config import load_config
from app.mapping.explain import Explanation, Fate, FieldStory, explain
from app.payload import read
from tests.payload.reading import RECEIVED_AT

RULES = """\
defaults:
  fields:
    Subject: "Callback for {{ callback_number }}"
    Status: New
    Priority: Medium
rules:
  - name: vip
    when: {service_number: ["+4922841010"], waited: {at_least: 10 min}, group_name: Sales}
  - name: everyone-else
    fields:
      Subject: "{{ subject }}"
      Priority:
      Reason__c: "{{ extra.Nothing }}"
      Due__c: {datetime: "{{ subject }}"}
      ContactId: {contact: "{{ caller }}", otherwise: "003000000000001"}
      OwnerId: {of: group_name, table: {Sales: {queue: Sales Desk}}}
"""


def test_rules_that_were_asked(tmp_path):
    """Each rule up to the one that matched, with the conditions that did not hold and what was there."""
    explained = explanation(tmp_path, RULES, {"AcdGroupsName": "Sales", "ServiceNumbersNumber": "4930111111"})

    first, last = explained.asked
    assert ("vip", "everyone-else") == (first.rule.name, last.rule.name)
    assert [("service_number", "+4930111111", 8), ("waited", None, 8)] == [
        (test.key, test.value, test.origin.line) for test in first.failed if test.origin
    ]
    assert [] == last.failed
    assert last.rule is explained.rule


def test_sent_fields(tmp_path):
    """A field tells its value, who gave it, the line, and the text that stands there."""
    story = stories(tmp_path, RULES, {"AcdGroupsName": "Sales"})

    assert (Fate.SENT, Ref("queue", "Sales Desk"), "rule everyone-else", 16) == told(story["OwnerId"])
    assert (Fate.SENT, "New", "defaults", 4) == told(story["Status"])
    assert "{of: group_name, table: {Sales: {queue: Sales Desk}}}" == text(story["OwnerId"])


def test_fields_that_are_not_sent(tmp_path):
    """What has no value says why: it is not wanted, it came out empty, its template failed."""
    story = stories(tmp_path, RULES, {"Subject": "Offer"})

    assert (Fate.EMPTY, None, "rule everyone-else", 12) == told(story["Priority"])
    assert "no value is wanted" == story["Priority"].note
    assert "came out empty for this callback" == story["Reason__c"].note == story["OwnerId"].note
    assert (Fate.FAILED, None, "rule everyone-else", 14) == told(story["Due__c"])
    assert "text of 5 characters came where a datetime is wanted" in story["Due__c"].note


@pytest.mark.parametrize(
    ("sent", "value", "note"),
    [
        ({"SalesforceId": "0035g00000AbCdEAAV"}, "0035g00000AbCdEAAV", "the record that jtel's IVR found"),
        ({"SalesforceQueryResult": 2}, "003000000000001", ""),
        ({}, Ref("contact", "+4930901820", None, "003000000000001"), ""),
    ],
)
def test_record_of_the_ivr(tmp_path, sent, value, note):
    """A field that got the IVR's record and not the rule's search says so."""
    story = stories(tmp_path, RULES, sent)["ContactId"]

    assert (value, note) == (story.value, note)


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"SalesforceId": "0015g00000AbCdEAAV"}, "the caller's record"),
        ({"SalesforceQueryResult": 2}, "several records"),
    ],
)
def test_search_that_is_not_made(tmp_path, sent, found):
    """A search for the caller that the IVR's finding makes needless is told."""
    rules = RULES.replace(', otherwise: "003000000000001"', "")

    story = stories(tmp_path, rules, sent)["ContactId"]

    assert f"not looked for, since jtel's IVR has found {found}" == story.note


def test_mapper_of_ones_own(tmp_path):
    """What a foreign mapper makes is told to be its own, but a value that it took from the rule has the rule's line."""
    rules = """\
rules:
  - name: own
    mapper: tests.mapping.mappers:TaskMapper
    fields:
      Subject: "{{ caller }}"
      Days__c: 5
"""
    story = stories(tmp_path, rules, {})

    assert (Fate.SENT, "+4930901820", "rule own", 5) == told(story["Subject"])
    assert "" == story["Subject"].note
    assert (Fate.SENT, 1, "rule own", 3) == told(story["Days__c"])
    assert "made by the mapper tests.mapping.mappers:TaskMapper" == story["Days__c"].note


def test_refused_callback(tmp_path):
    """A callback that the rule refuses has no record, but the rules that were asked and the reason."""
    explained = explanation(tmp_path, f"{RULES}    require: [Reason__c]\n", {})

    assert explained.record is None
    assert explained.refusal is not None
    assert Reason.REQUIRED_VALUE_EMPTY is explained.refusal.reason
    assert ["vip", "everyone-else"] == [asked.rule.name for asked in explained.asked]


def explanation(folder, rules: str, sent: dict[str, Any]) -> Explanation:
    file = folder / "rules.yaml"
    file.write_text(rules, encoding="utf-8")
    config = load_config(file)
    body = json.dumps({"AcdEventsID": 1, "Caller": "4930901820", **sent}).encode()
    return explain(config, read(body, b"", config.sources["default"], RECEIVED_AT))


def stories(folder, rules: str, sent: dict[str, Any]) -> dict[str, FieldStory]:
    return {story.name: story for story in explanation(folder, rules, sent).fields}


def told(story: FieldStory) -> tuple[Any, ...]:
    assert story.origin is not None
    return story.fate, story.value, story.origin.given_by, story.origin.line


def text(story: FieldStory) -> str:
    assert story.origin is not None
    return story.origin.text
