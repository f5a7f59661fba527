"""Lists of numbers in files of their own."""

from pathlib import Path

import pytest

from app.mapping.environment import substitute
from app.mapping.number_files import LARGEST, FileName, read_numbers
from app.mapping.problems import WrongError


def said_of(name: str, folder: Path) -> str:
    with pytest.raises(WrongError) as raised:
        read_numbers(FileName(name, folder))
    return str(raised.value)


@pytest.mark.parametrize("written", [b"\xef\xbb\xbf+4930901820\r\n0043 1 513550 # us\r\n", b"+4930901820\n+431513550"])
def test_it_is_read_as_any_editor_writes_it(tmp_path: Path, written: bytes) -> None:
    """With the mark of Windows at its beginning and its ends of lines, too."""
    (tmp_path / "vip.txt").write_bytes(written)

    assert read_numbers(FileName("vip.txt", tmp_path)) == {"+4930901820", "+431513550"}


def test_many_wrong_lines_are_a_short_message(tmp_path: Path) -> None:
    """Every second line is no number, so that no line follows another."""
    (tmp_path / "vip.txt").write_text("+4930901820\nHans\n" * 10_000)

    said = said_of("vip.txt", tmp_path)

    assert "the lines 2, 4, 6" in said
    assert "and others are no numbers" in said
    assert len(said) < 300


def test_a_file_that_is_too_large_is_told(tmp_path: Path) -> None:
    (tmp_path / "vip.txt").write_bytes(b"\n" * (LARGEST + 1))

    assert "has more than" in said_of("vip.txt", tmp_path)


@pytest.mark.parametrize("written", ["${SECRET}", "lists/${SECRET}.txt"])
def test_what_a_variable_holds_is_not_told(tmp_path: Path, written: str) -> None:
    said = said_of(substitute(written, {"SECRET": "hunter2"}), tmp_path)

    assert written in said
    assert "hunter2" not in said
