"""Whose Case it is, by what its description says."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.crm.port import Crm
from app.delivery.description import LONGEST_COMPARED, lasting_lines, says
from app.domain.callback import Callback
from app.domain.deadline import Deadline
from app.domain.record import Record
from app.payload import read
from tests.delivery.conftest import CONFIG, MoodyCrm

NOW = datetime(2026, 11, 20, 10, 0, 59, tzinfo=UTC)
RULE = CONFIG.rules[-1]


def callback(body: str = "Please call.", **fields: str) -> Callback:
    named = "&".join(f"{name}={value}" for name, value in {"CallbackNumber": "4930901820", **fields}.items())
    sent = f"AcdEventsID=1&Body={body.replace(chr(10), '%0A')}&{named}"
    return read(sent.encode(), b"", CONFIG.sources["default"], NOW)


def compared(case: Callback, content: Callback, more: str = "") -> bool | None:
    """Whether the Case that was made of `case` says what `content` does."""
    described = str(RULE.apply(case).fields["Description"])
    crm: Crm = MoodyCrm(records={"default-1": Record("Case", {"Description": described + more})})
    return says(crm, "500000000000001AAA", lasting_lines(RULE.apply(content), RULE, content), Deadline(1))


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
        ("Call me.\nToday.", "Call  me.\r\n Today.", True),
        ("Call me.", "Call", False),
        ("Call me.", "Call me.\nToday.", False),
        ("Call me.\nToday.", "Call me.", True),
        ("Call me.", "", True),
    ],
)
def test_lines(case: str, content: str, same: bool) -> None:
    """A Case says what a content does if it has all of its lines; blanks do not count."""
    assert compared(callback(case), callback(content)) is same


def test_what_was_added() -> None:
    """What Ringback or an agent has added does not count."""
    assert compared(callback(), callback(), "\n\nRingback could not set: Reason") is True


def test_long_text() -> None:
    """What comes late in a long text may have been cut."""
    long = "\n".join(str(number) for number in range(LONGEST_COMPARED))

    assert compared(callback(long[:LONGEST_COMPARED]), callback(long)) is True
    assert compared(callback(long[:100]), callback(long)) is False


def test_nothing_to_compare() -> None:
    """A record without a description, and one that only says when it came, are nobody's."""
    plain = Record("Case", {"Subject": "x"})

    assert [] == lasting_lines(plain, RULE, callback())
    assert says(MoodyCrm(), "500000000000001AAA", [], Deadline(1)) is None
