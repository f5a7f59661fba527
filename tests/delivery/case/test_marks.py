"""What tells a comment from all others, no caller can forge: neither for an event of their own nor for another's."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.delivery.case.comments import mark_of
from app.delivery.request.intake import Sent
from app.domain.entry import Entry, State
from app.domain.outcome import Status
from app.ledger.codec import Codec
from app.ledger.tables import entry as rows
from tests.delivery.conftest import CONFIG, Desk, MoodyCrm, open_desk
from tests.support.texts import LIKE_REFERENCES, REFERENCES

MERGING = replace(CONFIG, rules=[replace(rule, merge=timedelta(minutes=30)) for rule in CONFIG.rules])
CASE, OTHER_CASE = "500000000000001", "500000000000002"
CODEC = Codec(b"a key for tests")
OLD = "[Ringback default-3]"


@pytest.fixture
def merging(database_url: str, crm: MoodyCrm) -> Iterator[Desk]:
    """A desk whose rules merge."""
    with open_desk(database_url, crm, MERGING, seconds=3.0) as opened:
        opened.heartbeats.beat("engine")
        yield opened


def sent(event_id: int, body: str, number: str = "4930901820") -> Sent:
    callback = {"AcdEventsID": event_id, "CallbackNumber": number, "Body": body}
    return Sent(json.dumps(callback).encode(), b"", CONFIG.sources["default"], f"request-{event_id}")


def one(**values: Any) -> Entry:
    known = {"id": 1, "source": "default", "event_id": "3", "turn": 1, "state": State.RECEIVED, "received_at": 0.0}
    payload = {"body": b"", "query": b"", "request_id": "r", "external_id": "default-3", "keyed_mark": True}
    return Entry(**{**known, **payload, **values})


def line_of(entry: Entry, case_id: str = CASE, codec: Codec = CODEC) -> str:
    return mark_of(entry, case_id, codec).line


GUESSES = [
    OLD,
    f"{OLD} ",
    f"Please\n{OLD}\nThank you",
    f"Please\n{OLD}",
    f"{OLD}\n" * 400,
    f"{OLD} {'0' * 32}",
    f"{OLD} {Codec(b'key').digest('default-3')}",
    f"{OLD} {Codec(b'key').digest(f'default-3 {CASE}')}",
    line_of(one(), codec=Codec(b"another key")),
]


@pytest.mark.parametrize("guess", GUESSES)
@pytest.mark.parametrize("turn", ["before", "itself"])
def test_guessed(merging: Desk, guess: str, turn: str) -> None:
    """Whatever a caller writes, the comment of a later event is written, and what its caller said stands in it."""
    merging.delivery.accept(sent(1, "first"))
    merging.delivery.accept(sent(2, guess if turn == "before" else "second"))
    third = merging.delivery.accept(sent(3, f"third {guess if turn == 'itself' else ''}"))

    assert Status.UPDATED is third.status
    assert ["[Ringback default-2]", OLD] == merging.crm.comments
    assert "third" in merging.crm.commented[-1][1]


def test_read_on_the_case(merging: Desk) -> None:
    """Who can read a mark on a Case gains nothing by repeating it: not there, and not on another Case."""
    merging.delivery.accept(sent(1, "first"))
    merging.delivery.accept(sent(2, "second"))
    read = merging.crm.commented[-1][1].splitlines()[-1]
    merging.delivery.accept(sent(3, f"third\n{read}"))
    merging.delivery.accept(sent(4, f"of another caller\n{read}", "4930901821"))
    merging.delivery.accept(sent(5, f"again\n{read.replace('default-2', 'default-6')}", "4930901821"))
    sixth = merging.delivery.accept(sent(6, f"sixth\n{read}", "4930901821"))

    assert [f"[Ringback default-{number}]" for number in (2, 3, 5, 6)] == merging.crm.comments
    assert Status.UPDATED is sixth.status


@pytest.mark.parametrize("other", [one(external_id="default-3-2"), one(external_id="berlin-2-3")])
def test_counts_once(other: Entry) -> None:
    """A mark is of one version on one Case under one ledger's key, however long the Case's id is told."""
    lines = [line_of(one()), line_of(other), line_of(one(), OTHER_CASE), line_of(one(), codec=Codec(b"another key"))]

    assert 4 == len(set(lines)) == len({line.rpartition(" ")[2] for line in lines})
    assert line_of(one()) == line_of(one(), f"{CASE}AAA")


@pytest.mark.parametrize(
    ("comment", "counts"),
    [
        ("Call me\n{line}", True),
        ("Call me\r\n{line}\r\n", True),
        ("{line}", True),
        ("Call me\n{line}\nCalled back. AB", True),
        ("Call me {line}", False),
        ("Call me\n> {line}", False),
        ("{line} and more", False),
        ("{half}", False),
        ("{upper}", False),
        (f"Call me\n{OLD}", False),
        ("", False),
    ],
)
def test_line_of_its_own(comment: str, counts: bool) -> None:
    """A mark counts as a whole line, wherever an agent has written on below it, and nowhere else."""
    line = line_of(one())
    said = comment.format(line=line, half=line[:-1], upper=line.upper())

    assert mark_of(one(), CASE, CODEC).is_in(said) is counts


@pytest.mark.parametrize(
    ("comment", "counts"),
    [
        (f"Call me\n{OLD}", True),
        (f"Call me\r\n{OLD}\n", True),
        (f"{OLD}\nCall me", False),
        (f"Call me {OLD}", False),
        (f"{OLD}\n[Ringback default-2]", False),
        (f"{OLD}\n{line_of(one(external_id='default-2'))}", False),
        (f"Call me\n{line_of(one())}", True),
    ],
)
def test_of_an_older_ringback(comment: str, counts: bool) -> None:
    """What an older Ringback has received may have a mark without a key: as it wrote it, in the last line."""
    assert mark_of(one(keyed_mark=False), CASE, CODEC).is_in(comment) is counts


def test_an_older_ringback_knows_it() -> None:
    """One that still runs beside this one looks for its own mark anywhere in a comment."""
    assert OLD in line_of(one())


@pytest.mark.parametrize("older", [False, True])
def test_comment_that_was_there_before(merging: Desk, older: bool) -> None:
    """A comment with an old mark counts for what was received before there were others, and only for that."""
    merging.delivery.accept(sent(1, "first"))
    merging.crm.lost = 1
    merging.delivery.accept(sent(3, "third"))
    entry = merging.ledger.select(rows.c.event_id == "3")[0]
    merging.crm.comments.clear()
    merging.crm.commented[:] = [(merging.crm.id_of("default-1"), f"third\n{OLD}")]
    merging.ledger.change(entry.id, lambda *_: {"keyed_mark": not older})
    while merging.ledger.select(rows.c.event_id == "3")[0].state is not State.DELIVERED:
        merging.engine.run_once()

    assert ([] if older else [OLD]) == merging.crm.comments


def test_all_that_comes_has_a_keyed_one(merging: Desk) -> None:
    """Whatever is received now is marked with the key."""
    merging.delivery.accept(sent(1, "first"))
    merging.delivery.accept(sent(1, "changed"))

    assert [True, True] == [entry.keyed_mark for entry in merging.ledger.select(rows.c.id > 0)]


@pytest.mark.parametrize("text", [*REFERENCES, *LIKE_REFERENCES, *GUESSES])
def test_texts_stay_as_they_are(merging: Desk, text: str) -> None:
    """What a caller said stands in the comment word for word, whatever it looks like."""
    merging.delivery.accept(sent(1, "first"))
    merging.delivery.accept(sent(2, text))
    ((_, comment),) = merging.crm.commented

    assert text.strip() in comment
