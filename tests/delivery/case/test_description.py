"""Whose Case it is, by what its description says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.delivery.case.description import LONGEST_COMPARED, Description
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.record import Record
from app.mapping.config import load_config
from app.mapping.rules import Rule
from app.payload import read
from tests.delivery.conftest import CONFIG, MoodyCrm

NOW = datetime(2026, 11, 20, 10, 0, 59, tzinfo=UTC)
SHIPPED = CONFIG.rules[-1]
CASE = "500000000000001AAA"
NUMBER = "4930901820"


def callback(body: str = "Please call.", number: str = NUMBER, **fields: str) -> Callback:
    sent = {"AcdEventsID": 1, "CallbackNumber": number, "Body": body, **fields}
    return read(json.dumps(sent).encode(), b"", CONFIG.sources["default"], NOW)


def compared(case: Callback, content: Callback, more: str = "", rule: Rule = SHIPPED) -> bool | None:
    """Whether the Case that was made of `case` says what `content` does."""
    described = str(rule.apply(case).fields["Description"])
    crm = MoodyCrm(records={"default-1": Record("Case", {"Description": described + more})})
    return Description(rule.apply(content), rule, content).is_said_by(crm, CASE, Deadline(1))


def rule_of(folder: Path, template: str) -> Rule:
    """A rule with this description."""
    fields = {"Subject": "x", "Description": template}
    (folder / "rules.yaml").write_text(json.dumps({"rules": [{"name": "all", "fields": fields}]}))
    return load_config(folder / "rules.yaml").rules[0]


@pytest.mark.parametrize("later", [timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)])
def test_when_it_came(later: timedelta) -> None:
    """The same callback is the same whenever it comes, also where only that tells when the caller asked."""
    assert compared(callback(), replace(callback(), received_at=NOW + later)) is True


def test_when_the_caller_asked() -> None:
    """Times that jtel sends are content."""
    monday, tuesday = (callback(dtCallEnd=f"2026-11-2{day}T10:00:00") for day in (0, 1))

    assert compared(monday, monday) is True
    assert compared(monday, tuesday) is False


@pytest.mark.parametrize(
    ("case", "content", "same"),
    [
        ("Call me.", "Call me.", True),
        ("Call me.\nToday.", "Call  me.\r\n\n Today.", True),
        ("Call me.", "Call", False),
        ("Call me.", "me.", False),
        ("Call me.", "Call me.\nToday.", False),
        ("Call me.\nToday.", "Call me.", True),
        ("Call me.", "", True),
    ],
)
def test_lines(case: str, content: str, same: bool) -> None:
    """A Case says what a content does if it has all of its lines; blanks do not count."""
    assert compared(callback(case), callback(content)) is same


@pytest.mark.parametrize(
    "template",
    [
        "{{ callback_number }}, received {{ received_at | time }}\nPlease call back within two hours. {{ body }}",
        "Number: {{ callback_number }}\n{{ received_at | time }}: {{ body }}",
        "{{ received_at | time }} {{ callback_number }}: {{ body }}",
        "{{ received_at | time }} {{ body }} {{ callback_number }} {{ received_at | date }}",
    ],
)
def test_time_beside_content(tmp_path: Path, template: str) -> None:
    """What stands in one line with the time when it came is compared, and the time is not."""
    rule = rule_of(tmp_path, template)
    later = NOW + timedelta(hours=5, minutes=7)

    assert compared(callback(), replace(callback(), received_at=later), rule=rule) is True
    assert compared(callback(), callback(number="4930901821"), rule=rule) is False
    assert compared(callback(), callback("Another wish."), rule=rule) is False


def test_what_was_added() -> None:
    """What Ringback or an agent has added does not count."""
    assert compared(callback(), callback(), "\n\nRingback could not set: Reason") is True


@pytest.mark.parametrize("between", ["\n", " ", ""], ids=["lines", "words", "one word"])
def test_long_text(between: str) -> None:
    """What comes late in a long text may have been cut; what comes early is compared, however long it is."""
    long = between.join(str(number) for number in range(LONGEST_COMPARED))

    assert compared(callback(long[: LONGEST_COMPARED + 1]), callback(long)) is True
    assert compared(callback(long[:100]), callback(long)) is False
    assert compared(callback("short"), callback(long)) is False


def test_words_that_come_often() -> None:
    """A text of one word again and again is compared like any other."""
    assert compared(callback("no " * 400), callback("no " * 401)) is False
    assert compared(callback("no " * 401), callback("no " * 401)) is True


@pytest.mark.parametrize("template", ["{{ received_at | time }}", ""])
def test_nothing_to_compare(tmp_path: Path, template: str) -> None:
    """A record without a description, and one that only says when it came, are nobody's."""
    rule = rule_of(tmp_path, template) if template else SHIPPED
    record = rule.apply(callback()) if template else Record("Case", {"Subject": "x"})
    described = Description(record, rule, callback())

    assert described.is_said_by(MoodyCrm(records={"default-1": Record("Case", {})}), CASE, Deadline(1)) is None
    assert not described.tells("10")
