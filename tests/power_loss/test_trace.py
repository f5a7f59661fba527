"""What strace has written is read as what was done."""

from pathlib import Path

import pytest

from tests.power_loss.trace import Answer, Event, read_trace

ROOT = Path("/ledger")


def hexed(text: str) -> str:
    """As `strace -xx` writes it."""
    return "".join(f"\\x{byte:02x}" for byte in text.encode())


def read(folder: Path, *lines: str) -> tuple[list[Event], list[Answer]]:
    (folder / "ringback.1").write_text("".join(f"{line}\n" for line in lines))
    return read_trace(folder, ROOT)


FD = f"4<{hexed('/ledger/db')}>"
CASES = [
    (f'pwrite64({FD}, "{hexed("abc")}", 3, 32) = 3', Event(0, 0, "write", "/ledger/db", b"abc", 32)),
    (f'pwrite64({FD}, "{hexed("abc")}", 3, 32) = 2', Event(0, 0, "write", "/ledger/db", b"ab", 32)),
    (
        f'pwritev({FD}, [{{iov_base="{hexed("ab")}", iov_len=2}}, {{iov_base="{hexed("c")}", iov_len=1}}], 2, 8) = 3',
        Event(0, 0, "write", "/ledger/db", b"abc", 8),
    ),
    (f"fdatasync({FD})      = 0", Event(0, 0, "sync", "/ledger/db")),
    (f"ftruncate({FD}, 3) = 0", Event(0, 0, "ftruncate", "/ledger/db", offset=3)),
    (
        f'rename("{hexed("new")}", "{hexed("db")}") = 0',
        Event(0, 0, "rename", "/ledger/new", target="/ledger/db"),
    ),
    (f'unlink("{hexed("/ledger/db")}") = 0', Event(0, 0, "unlink", "/ledger/db", target="/ledger/db")),
    (
        f'openat(AT_FDCWD<{hexed("/")}>, "{hexed("/ledger/db")}", O_RDWR|O_CREAT, 0600) = {FD}',
        Event(0, 0, "create", "/ledger/db"),
    ),
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_a_call_is_read(tmp_path: Path, line: str, expected: Event) -> None:
    """With the time of its beginning and of its end."""
    ((event,), _) = read(tmp_path, f"1700000000.000000005 {line} <0.000000002>")
    assert (event.left, event.entered) == (1700000000 * 10**9 + 7, 1700000000 * 10**9 + 5)
    assert (event.call, event.path, event.data) == (expected.call, expected.path, expected.data)
    assert (event.offset, event.target) == (expected.offset, expected.target)


@pytest.mark.parametrize(
    "line",
    [
        f'pwrite64(5<{hexed("/elsewhere/db")}>, "{hexed("abc")}", 3, 32) = 3 <0.000000002>',
        f'pwrite64(5<{hexed("/ledger/db")}>(deleted), "{hexed("abc")}", 3, 32) = 3 <0.000000002>',
        f"fdatasync({FD}) = -1 EIO (Input/output error) <0.000000002>",
        f"fdatasync({FD} <unfinished ...>",
        "+++ exited with 0 +++",
    ],
)
def test_what_does_not_count_is_left_out(tmp_path: Path, line: str) -> None:
    """Other files, failures, and what the process has not lived to see."""
    assert read(tmp_path, f"1700000000.000000005 {line}") == ([], [])


def test_writes_without_a_place_follow_each_other(tmp_path: Path) -> None:
    """From where the file was opened."""
    opened = f'1.000000000 openat(AT_FDCWD<{hexed("/")}>, "{hexed("/ledger/db")}", O_RDWR) = {FD} <0.000000001>'
    writes = [f'{second}.000000000 write({FD}, "{hexed("abc")}", 3) = 3 <0.000000001>' for second in (2, 3)]
    events, _ = read(tmp_path, opened, *writes)
    assert [event.offset for event in events] == [0, 3]


def test_answers_are_known_by_their_body(tmp_path: Path) -> None:
    """With the moment at which jtel could hear them first."""
    body = '{"status":"created","acdEventsId":4711,"requestId":"x"}'
    answer = f'sendto(9<{hexed("socket:[1]")}>, "{hexed("HTTP/1.1 200 OK" + body)}", 99, 0, NULL, 0) = 99 <0.000000001>'
    _, answers = read(tmp_path, f"1.000000000 {answer}")
    assert [(one.entered, one.body["acdEventsId"]) for one in answers] == [(10**9, 4711)]


def test_a_text_that_was_cut_stops_all(tmp_path: Path) -> None:
    """Half a write is no write."""
    with pytest.raises(ValueError, match="cut"):
        read(tmp_path, f'1.000000000 pwrite64({FD}, "{hexed("abc")}"..., 3, 32) = 3 <0.000000002>')
