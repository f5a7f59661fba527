"""`docs/architecture.md`, `docs/threads.md` and `CONTRIBUTING.md` show the tree as it is."""

import re
from collections.abc import Iterator
from configparser import ConfigParser

import pytest

from app.delivery.entry import changes
from app.delivery.entry.states import TABLE, Event, after
from app.domain.errors import PayloadError
from app.domain.reasons import Reason
from tests.docs.pages import ROOT

APP = ROOT / "app"
PAGE = (ROOT / "docs/architecture.md").read_text()
GUIDE = (ROOT / "CONTRIBUTING.md").read_text()
_PATH = re.compile(r"`((?:app|bench|config|docs|example-plugin|salesforce|tests)(?:/[\w.-]+)*)`")
_THREAD = re.compile(r"\bThread\(.*?\bname=\"([\w-]+)\"|\bthread_name_prefix=\"([\w-]+)\"|\brepeated\(.*\"([\w-]+)\"\)")
_GATHERED = ("writer", "courier-request", "courier-backlog")


def layers(contract: str) -> list[list[str]]:
    """The layers of a contract, the highest first, each with its modules."""
    contracts = ConfigParser()
    contracts.read(ROOT / ".importlinter")
    return [line.split(" | ") for line in contracts[f"importlinter:contract:{contract}"]["layers"].strip().splitlines()]


def picture(heading: str, language: str) -> list[list[str]]:
    """The lines of each block of this language below the heading."""
    part = PAGE.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    return [block.splitlines() for block in re.findall(rf"^```{language}\n(.*?)^```", part, re.M | re.S)]


def rooms() -> Iterator[str]:
    """The folders and modules of `app/`, and the folders of delivery."""
    for path in (*APP.iterdir(), *(APP / "delivery").iterdir()):
        is_room = path.is_dir() and (path / "__init__.py").exists()
        if is_room or (path.parent == APP and path.suffix == ".py" and path.name != "__init__.py"):
            yield path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("text", [PAGE, GUIDE], ids=["architecture", "contributing"])
def test_paths_are_there(text: str) -> None:
    """Each path that a page names leads to a file or folder."""
    assert [] == [path for path in _PATH.findall(text) if not (ROOT / path).exists()]


@pytest.mark.parametrize("row", re.findall(r"^\| (?!I want|---)(.*) \|$", GUIDE, re.M))
def test_where_do_i_rows_name_files_and_tests(row: str) -> None:
    """Each row says where, and with which tests."""
    _, here, tests = row.split(" | ")

    assert _PATH.search(here)
    assert "`tests/" in tests


@pytest.mark.parametrize("room", [*rooms()])
def test_rooms_are_explained(room: str) -> None:
    """Each room has a row."""
    assert re.search(rf"^\| .*`{re.escape(room)}`.* \| .+ \|$", PAGE, re.M)


def test_imports_are_those_of_the_rule() -> None:
    """The pictures of who may import whom are the layers that `make lint` checks."""
    drawn = [
        [line.partition("  ")[0].split(" | ") for line in lines] for lines in picture("Who may import whom", "text")
    ]

    assert [layers("layers"), layers("delivery")] == drawn


def test_way_of_a_callback_goes_through_rooms() -> None:
    """Who takes part in the picture is jtel, or a room."""
    (lines,) = picture("The way of a callback", "mermaid")
    names = set(re.findall(r"participant (?:\w+ as )?(\S+)$", "\n".join(lines), re.M))
    taking_part = {name for line in lines for name in re.findall(r"^ +(\w+)-?->>(\w+):", line) for name in name}

    # The first of them is the phone system, and not the room of its client.
    assert [] == [name for name in names - {"jtel"} if not (APP / name).is_dir()]
    assert {name.rpartition("/")[2] for name in names} == taking_part


def test_states_are_those_of_the_table() -> None:
    """The picture has an arrow for each cell of the table, and one for how an entry begins in each first state."""
    (lines,) = picture("The states of an entry", "mermaid")
    drawn = re.findall(r"^ +(\S+) --> (\w+): (.+)$", "\n".join(lines), re.M)
    cells = [(state, event) for state, events in TABLE.items() for event in events]
    table = {(state.value, after(state, event).value, event.value) for state, event in cells}
    promised = {
        (state.value, after(state, event, promised=True).value, f"{event.value} after a promise")
        for state, event in cells
        if event is Event.REFUSED
    }
    stored = changes.RECEIVED["state"].value
    invalid = changes.not_understood(PayloadError(Reason.BODY_MISSING, ""))["state"].value
    waiting = changes.RECONCILED["state"].value
    begin = {("[*]", stored, "stored"), ("[*]", invalid, "not understood"), ("[*]", waiting, "reconciled")}

    assert sorted(table | promised | begin) == sorted(drawn)


def test_threads_are_explained() -> None:
    """Each thread that the code names has a row, and each row names one of the code, or gunicorn's own."""
    code = "\n".join(path.read_text() for path in APP.rglob("*.py") if "sandbox" not in path.parts)
    named = {"".join(names) for names in _THREAD.findall(code)}
    page = (ROOT / "docs/threads.md").read_text()

    assert sorted({*named, *_GATHERED}) == sorted(re.findall(r"^\| `([\w-]+)` \|", page, re.M))
