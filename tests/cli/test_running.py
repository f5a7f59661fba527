"""What commands take of a trial that runs in their folder, and what they do not."""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.cli.running import RunNote, noting, runs_here, take_settings

ROOT = Path(__file__).parents[2]
TRIAL = {"RINGBACK_CRM": "sandbox", "PORT": "8350", "SANDBOX_PORT": "8351", "RINGBACK_SECRET": "s" * 40, "JTEL_URL": ""}
HOLDER = """
import sys, time
from app.cli.running import RunNote
note = RunNote()
note.write({"PORT": "1", "SANDBOX_PORT": "2"}, [])
print("noted", flush=True)
time.sleep(600)
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def note() -> Iterator[RunNote]:
    with noting() as held:
        held.write(TRIAL, [])
        yield held


@pytest.mark.usefixtures("note")
def test_all_is_taken() -> None:
    """Without any variable the settings are those of the trial, and its ports are told."""
    environment = {"HOME": "/", "PORT": ""}
    said = take_settings(environment)

    assert {**TRIAL, "HOME": "/"} == environment
    assert "With the trial that runs here (port 8350, sandbox 8351)." == said


@pytest.mark.usefixtures("note")
@pytest.mark.parametrize("name", ["RINGBACK_SECRET", "RINGBACK_SECRET_FILE"])
def test_a_variable_wins(name: str) -> None:
    """What is set stays, and no other form of the same setting comes beside it."""
    environment = {name: "my own"}
    take_settings(environment)

    assert {**TRIAL, name: "my own"} == {**TRIAL, **environment}
    assert "s" * 40 not in environment.values()


@pytest.mark.usefixtures("note")
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgres://production/ringback"),
        ("SALESFORCE_DOMAIN", "acme.my.salesforce.com"),
        ("SALESFORCE_CLIENT_ID", "id"),
        ("SALESFORCE_PRIVATE_KEY_FILE", "key.pem"),
        ("RINGBACK_CRM", "salesforce"),
        ("JTEL_URL", "https://jtel.acme.example"),
        ("JTEL_TOKEN_VIENNA", "token"),
        ("PORT", "8000"),
        ("SANDBOX_PORT", "8001"),
    ],
)
def test_who_means_another_place(name: str, value: str) -> None:
    """Where one variable leads elsewhere nothing is taken: half of each would mix a trial with production."""
    environment = {name: value}
    said = take_settings(environment)

    assert {name: value} == environment
    # Who has said which CRM is meant hears nothing of a trial.
    assert (name == "RINGBACK_CRM") is (said is None)
    assert said is None or name in said


@pytest.mark.usefixtures("note")
def test_same_variables_in_both_terminals() -> None:
    """What the trial has been started with leads nowhere else; nor does an org that the variable rules out."""
    same = {"PORT": "8350", "RINGBACK_CRM": "sandbox", "SALESFORCE_DOMAIN": "acme.my.salesforce.com"}
    take_settings(same)

    assert TRIAL["RINGBACK_SECRET"] == same["RINGBACK_SECRET"]


@pytest.mark.usefixtures("note")
def test_several() -> None:
    """The newest counts, and that there are others is said; PORT means one of them."""
    other = Path("var", "running-1.json")
    other.write_text(json.dumps({"started": 0, "pids": [], "settings": {**TRIAL, "PORT": "9000"}}))
    newest: dict[str, str] = {}
    chosen = {"PORT": "9000"}
    with other.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        said = take_settings(newest)
        take_settings(chosen)

    assert ("8350", "s" * 40) == (newest["PORT"], chosen["RINGBACK_SECRET"])
    assert "the newest of 2" in (said or "")


@pytest.mark.parametrize(
    "written",
    ["", "[]", '{"started": 1, "pids": [], "settings": []}', '{"started": [], "pids": 1, "settings": {"A": 1}}'],
)
def test_note_that_cannot_be_read(written: str) -> None:
    """It counts for nothing, and no command fails over it."""
    Path("var").mkdir()
    with Path("var", "running-1.json").open("w") as held:
        held.write(written)
        held.flush()
        fcntl.flock(held, fcntl.LOCK_EX)

        assert [] == runs_here()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_note_of_another_user() -> None:
    """Settings that somebody else has written down are not ours: they could lead a command anywhere."""
    with noting() as held:
        held.write(TRIAL, [])
        note = next(Path("var").glob("running-*.json"))
        os.chown(note, 65534, -1)
        environment: dict[str, str] = {}
        said = take_settings(environment)

    assert ({}, None) == (environment, said)


def test_header_is_written_to_no_other_file() -> None:
    """A link in its place is replaced, and not followed."""
    other = Path("other")
    other.write_text("mine")
    with noting() as held:
        Path("var", f"running-{os.getpid()}.header").symlink_to(other.absolute())
        header = held.keep_header("Authorization: Bearer x")

        assert ("mine", "Authorization: Bearer x\n") == (other.read_text(), header.read_text())


def test_killed_run() -> None:
    """What a killed run has left counts for nothing, and is removed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", HOLDER], env=environment, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    there = runs_here()
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert [("1", "2")] == [(run.settings["PORT"], run.settings["SANDBOX_PORT"]) for run in there]
    assert [] == runs_here()
    assert [] == list(Path("var").iterdir())


def test_nothing_is_left() -> None:
    """A run that ends takes its note away, and one that has not started yet is not found."""
    with noting() as held:
        early = runs_here()
        held.write(TRIAL, [])
        held.keep_header("Authorization: Bearer x")

        assert 1 == len(runs_here())
    assert [] == early
    assert [] == list(Path("var").iterdir())


def test_what_is_written_down(tmp_path: Path) -> None:
    """Nobody else can read it, and what opens an org is not in it. What the configuration names is."""
    before = os.umask(0)
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "ringback.yaml").write_text("rules: [{name: x, fields: {Subject: '${TEAM} $${OTHER}'}}]")
    known = {"SALESFORCE_CLIENT_SECRET": "org", "SALESFORCE_MAX_CALLS": "3", "TEAM": "b2b", "OTHER": "x", "HOME": "/"}
    try:
        with noting() as held:
            held.write({**TRIAL, **known}, [1, 2])
            header = held.keep_header("Authorization: Bearer x")
            (run,) = runs_here()
            modes = [path.stat().st_mode & 0o077 for path in (Path("var"), *Path("var").iterdir())]
    finally:
        os.umask(before)

    assert {**TRIAL, "SALESFORCE_MAX_CALLS": "3", "TEAM": "b2b"} == run.settings
    assert (1, 2) == run.pids
    assert [0] * 3 == modes
    assert header.is_absolute()
