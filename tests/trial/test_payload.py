"""Payloads that are tried with a configuration."""

from dataclasses import replace

from app.domain.reasons import Reason
from app.mapping.explain import Fate
from app.trial.payload import Payload, try_rules
from tests.trial.rules import NOW, config_of, payload_of, tried

RULES = """\
sources:
  berlin: {timezone: Europe/Berlin}
  vienna: {timezone: Europe/Vienna, region: AT}
rules:
  - name: all
    fields: {Subject: "{{ callback_number }} {{ received_at | time }}", Due__c: {number: "{{ subject }}"}}
"""


def test_first_source_is_the_usual_one(tmp_path):
    """Without `default` the first source is meant; another one reads a number as its country does."""
    config = config_of(tmp_path, RULES)
    payload = payload_of(Caller="0664 1234567")

    berlin, vienna = (try_rules(replace(payload, source=name), config, NOW) for name in (None, "vienna"))

    assert berlin.explanation is not None
    assert "berlin" == berlin.explanation.callback.source.name
    assert vienna.explanation is not None
    assert "+436641234567" == vienna.explanation.callback.callback_number


def test_received_when_the_call_ended(tmp_path):
    """What did not come counts as received when its call ended, or now if it tells no time; what did come, then."""
    config = config_of(tmp_path, RULES)
    ended = payload_of(dtCallEnd="2026-11-20T10:42:05")

    assert "+4930901820 10:42" == subject(config, ended)
    assert "+4930901820 11:00" == subject(config, payload_of())
    assert "+4930901820 11:00" == subject(config, replace(ended, received_at=NOW))


def test_what_is_no_callback(tmp_path):
    """A payload that cannot be understood is told with its reason, and so is one of an unknown source."""
    config = config_of(tmp_path, RULES)
    broken = try_rules(Payload("a file", b'{"a'), config, NOW)
    foreign = try_rules(replace(payload_of(), source="paris"), config, NOW)

    assert broken.trouble is not None
    assert Reason.JSON_BROKEN is broken.trouble.reason
    assert foreign.trouble is not None
    assert "There is no source paris in the configuration; it has berlin, vienna." == foreign.trouble.message
    assert broken.loses


def test_field_that_fails_is_a_loss(tmp_path):
    """A record without a field whose template failed is not all that the rules want."""
    assert tried(tmp_path, RULES, Subject="x").loses
    assert not tried(tmp_path, RULES, Subject="5").loses


def subject(config, payload):
    explanation = try_rules(payload, config, NOW).explanation
    assert explanation is not None
    assert explanation.record is not None
    return explanation.record.fields["Subject"]


def test_rule_that_makes_nothing(tmp_path):
    """Nothing is lost: the rule wants it so, and says why."""
    trial = tried(tmp_path, "rules:\n  - {name: all, skip: test phones}\n")

    assert ("test phones", None, None) == (trial.skipped, trial.record, trial.trouble)
    assert not trial.loses


def test_text_that_is_cut(tmp_path):
    """What is too long is shown as it is sent, with how long it was, whoever has made it."""
    trial = tried(tmp_path, RULES, Caller="x" * 300)

    assert trial.explanation is not None
    assert trial.explanation.record is not None
    (story,) = (one for one in trial.explanation.fields if one.name == "Subject")
    assert (Fate.CUT, 255, "cut from 306 characters to 255") == (story.fate, len(str(story.value)), story.note)
    assert story.value == trial.explanation.record.fields["Subject"]
