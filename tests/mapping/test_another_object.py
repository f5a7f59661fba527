"""Rules that name another object than the Case."""

import json
from pathlib import Path
from typing import Any

import pytest

from app.domain.record import Record, Ref
from app.mapping.config import load_config
from app.mapping.explain import explain
from app.payload import read
from tests.payload.reading import RECEIVED_AT

CONTACT, ACCOUNT, CASE, LEAD = "003Rb0000000003IAA", "001Rb0000000001IAA", "500Rb0000000004IAA", "00QRb0000000001IAA"
NUMBER = "+4930901820"
RULES = """
defaults:
  fields: {Subject: Callback, Origin: Phone, Status: New}
  require: [Subject, Origin]
  merge: 30 min
rules:
  - name: task
    when: {group_name: Tasks}
    object: Task
    fields:
      Subject: "Call\\n {{ callback_number }}"
      Description: "{{ summary }}"
      WhoId: {contact: "{{ callback_number }}"}
      WhatId: {open_case: "{{ callback_number }}"}
      OwnerId: {account_owner: "{{ callback_number }}", otherwise: {queue: Callbacks}}
    require: [Subject]
  - name: case
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    file = tmp_path / "ringback.yaml"
    file.write_text(RULES)
    return file


def mapped(file: Path, **sent: Any) -> Record:
    config = load_config(file)
    body = json.dumps({"AcdEventsID": 1, "CallbackNumber": NUMBER, "AcdGroupsName": "Tasks", **sent}).encode()
    callback = read(body, b"", config.sources["default"], RECEIVED_AT)
    return config.rule_for(callback).apply(callback)


def test_has_the_rule_s_own_words_only(rules: Path) -> None:
    """Neither fields nor `require` nor `merge` of a Case's defaults are poured over a Task; a Case has them all."""
    task, case = mapped(rules), mapped(rules, AcdGroupsName="Other")

    assert ("Task", {"Subject"}) == (task.object, set(task.require))
    assert {"Subject", "Description", "WhoId", "WhatId", "OwnerId"} == set(task.fields)
    assert f"Call {NUMBER}" == task.fields["Subject"]
    assert ("Case", {"Subject": "Callback", "Origin": "Phone", "Status": "New"}) == (case.object, dict(case.fields))
    assert [None, 1800] == [one.merge and one.merge.total_seconds() for one in load_config(rules).rules]


@pytest.mark.parametrize(
    ("text", "object_name", "fields"),
    [
        ("defaults: {object: Lead, fields: {Company: x}}\nrules: [{name: a}]", "Lead", {"Company": "x"}),
        (
            "defaults: {object: Lead, fields: {Company: x}}\nrules: [{name: a, object: Lead, fields: {LastName: y}}]",
            "Lead",
            {"Company": "x", "LastName": "y"},
        ),
        (
            "defaults: {object: Lead, fields: {Company: x}}\nrules: [{name: a, object: Case, fields: {Subject: y}}]",
            "Case",
            {"Subject": "y"},
        ),
        ("defaults: {fields: {Subject: x}}\nrules: [{name: a, object: Case}]", "Case", {"Subject": "x"}),
        ("rules: [{name: a, object: Callback__c, fields: {Name: x}}]", "Callback__c", {"Name": "x"}),
    ],
)
def test_defaults_are_of_one_object(tmp_path: Path, text: str, object_name: str, fields: dict[str, str]) -> None:
    """They hold for rules of their object, whichever that is, and for no others."""
    file = tmp_path / "ringback.yaml"
    file.write_text(text)
    record = mapped(file)

    assert (object_name, fields) == (record.object, dict(record.fields))


def search(kind: str, otherwise: Any = None) -> Ref:
    return Ref(kind, NUMBER, otherwise=otherwise)


QUEUE = Ref("queue", "Callbacks")
OWNER = search("account_owner", QUEUE)


@pytest.mark.parametrize(
    ("found", "sent", "who", "what", "owner"),
    [
        (None, {}, search("contact"), search("open_case"), OWNER),
        (CONTACT, {}, CONTACT, search("open_case"), Ref("account_owner", CONTACT, "Id", OWNER)),
        (ACCOUNT, {}, search("contact"), search("open_case"), Ref("account_owner", ACCOUNT, "Id", OWNER)),
        (CASE, {}, search("contact"), Ref("open_case", CASE, "Id", search("open_case")),
         Ref("account_owner", CASE, "Id", OWNER)),
        (LEAD, {}, search("contact"), search("open_case"), OWNER),
        (CONTACT, {"SalesforceQueryResult": 2}, search("contact"), search("open_case"), OWNER),
        (CONTACT, {"CallbackNumber": "anonymous"}, CONTACT, None, Ref("account_owner", CONTACT, "Id", QUEUE)),
        (CASE, {"CallbackNumber": "anonymous"}, None, Ref("open_case", CASE, "Id"),
         Ref("account_owner", CASE, "Id", QUEUE)),
    ],
)  # fmt: skip
def test_what_jtel_s_ivr_found_goes_before_a_search(
    rules: Path, found: str | None, sent: dict[str, Any], who: Any, what: Any, owner: Any
) -> None:
    """The very Contact; the Case, if it is open; the owner of the Account that the record belongs to.

    So it is for callers without a number, too. Of several records none is taken.
    """
    fields = mapped(rules, SalesforceId=found, **sent).fields

    assert [who, what, owner] == [fields.get(name) for name in ("WhoId", "WhatId", "OwnerId")]


@pytest.mark.parametrize("number", [NUMBER, "anonymous"])
def test_nothing_is_told_where_the_rule_wants_nothing(tmp_path: Path, number: str) -> None:
    """Neither of the record that the IVR has found nor of a search, also for callers without a number."""
    file = tmp_path / "ringback.yaml"
    file.write_text(
        'rules: [{name: a, fields: {OwnerId: {account_owner: "{{ callback_number }}", otherwise: }, Subject: x}}]'
    )
    owner: Any = mapped(file, SalesforceId=CONTACT, CallbackNumber=number).fields["OwnerId"]

    assert owner.quiet
    assert owner.otherwise == (Ref("account_owner", NUMBER, quiet=True) if number == NUMBER else None)


def test_a_case_takes_the_same_owner(tmp_path: Path) -> None:
    """Beside the link that a Case gets by itself; not where the rule does not want what the IVR has found."""
    file = tmp_path / "ringback.yaml"
    text = (
        'rules: [{{name: a, fields: {{OwnerId: {{account_owner: "{{{{ callback_number }}}}"}}}}, with: {{link: {}}}}}]'
    )
    results = {}
    for link in ("true", "false"):
        file.write_text(text.format(link))
        results[link] = dict(mapped(file, SalesforceId=CONTACT).fields)

    by_number = search("account_owner")
    assert {"ContactId": CONTACT, "OwnerId": Ref("account_owner", CONTACT, "Id", by_number)} == results["true"]
    assert {"OwnerId": by_number} == results["false"]


def test_it_is_told_why(rules: Path) -> None:
    """A field tells its line, and that the IVR has found the record."""
    config = load_config(rules)
    body = json.dumps({"AcdEventsID": 1, "AcdGroupsName": "Tasks", "SalesforceId": CONTACT}).encode()
    explained = explain(config, read(body, b"", config.sources["default"], RECEIVED_AT))
    notes = {story.name: story.note for story in explained.fields if story.value is not None}

    assert {"WhoId", "OwnerId"} == {name for name, note in notes.items() if note == "the record that jtel's IVR found"}
    assert 8 == explained.rule.origins["object"].line - 1
