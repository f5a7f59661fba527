"""The file of the list: exact, whole, and nothing in it is run by a spreadsheet."""

import csv
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from app.console.callbacks import csv_file
from app.console.callbacks.csv_file import HEADER, cell, csv_lines
from app.domain.entry import State
from app.domain.record import Dropped
from app.operations.find import Choice
from tests.support.desk import NUMBER, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    desk.ledger.database.close()


def lines(desk: Desk, language: str = "en") -> list[list[str]]:
    text = "".join(csv_lines(desk.ledger, Choice(), desk.config.sources, language))
    assert text.startswith("\ufeff")
    return list(csv.reader(StringIO(text[1:]), delimiter=";" if language == "de" else ","))


@pytest.mark.parametrize("language", ["en", "de"])
def test_exact(desk: Desk, language: str) -> None:
    """Ids stand as they are, numbers are masked, and times carry their offset."""
    known: dict[str, Any] = {
        "record_number": "00001027",
        "record_id": "500000000000123AAA",
        "received_at": 1_795_863_660.25,
    }
    entry = desk.add(State.DELIVERED, dropped=(Dropped("OwnerId", "queue_not_found"),), **known)
    header, row = lines(desk, language)
    said = dict(zip(header, row, strict=True))

    assert list(HEADER) == header
    assert ("00001027", "500000000000123AAA", entry.event_id) == (
        said["record_number"],
        said["record_id"],
        said["event_id"],
    )
    assert ("…20", "OwnerId:queue_not_found") == (said["number"], said["left_out"])
    assert said["received_at"].endswith("+01:00")
    assert NUMBER[-6:] not in str(row)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "\uff1d", "\u202e=", "\x00="])
def test_runs_nothing(desk: Desk, begin: str) -> None:
    """No cell begins as a formula does, whatever stands in a text."""
    desk.add(State.FAILED, message=f"{begin}cmd|' /C calc'!A1", rule="=rule")
    _, row = lines(desk)

    assert not any(one.lstrip().startswith(tuple("=+-@\t\r\uff1d")) for one in row)
    assert "'=rule" in row


@pytest.mark.parametrize("text", ['a";=1+1;"', "a,b", "a\nb", "a;b"])
def test_stays_one_cell(text: str) -> None:
    """What parts cells in some spreadsheet stands in quotes."""
    assert "\n" not in cell(text)
    desk_row = next(csv.reader(StringIO(f'"{cell(text).replace(chr(34), chr(34) * 2)}"'), delimiter=";"))
    assert [cell(text)] == desk_row


def test_says_that_there_are_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not whole says so; one that is does not."""
    for _ in range(3):
        desk.add()
    monkeypatch.setattr(csv_file, "MOST", 2)
    cut = lines(desk)
    monkeypatch.setattr(csv_file, "MOST", 3)
    whole = lines(desk)

    assert ["There are more than these 2: choose a shorter time."] == cut[-1]
    assert (4, 4) == (len(cut), len(whole))
    assert len(HEADER) == len(whole[-1])
