"""`ringback send`, as a person calls it."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.support.forks import run_command
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

if TYPE_CHECKING:
    import subprocess

ROOT = Path(__file__).parents[2]
FORMS = ["v3", "v4", "form", "query", "record", "wrapped"]


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def send(ringback: RunningRingback, *arguments: str, secret: str = SECRET) -> "subprocess.CompletedProcess[str]":
    """In the folder of the test, where is kept what it has sent."""
    environment = {**os.environ, "RINGBACK_SECRET": secret}
    return run_command(["send", "--url", ringback.url, *arguments], environment, Path.cwd())


@pytest.mark.parametrize("form", FORMS)
def test_made_up_callback(ringback: RunningRingback, sandbox: RunningSandbox, form: str) -> None:
    """Without a file a callback is made up, in any form, and its answer printed."""
    done = send(ringback, "--form", form)

    answer = json.loads(done.stdout.partition(" 200 ")[2])

    assert 0 == done.returncode
    assert answer["caseId"] == sandbox.query("SELECT Id FROM Case")[0]["Id"]


def test_again(ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """What was made up goes out again as the same event with the same content, also in another form: one Case."""
    done = [send(ringback), send(ringback, "--again"), send(ringback, "--again", "--form", "v3")]
    statuses = [one.stdout.partition('"status":"')[2].partition('"')[0] for one in done]

    assert ["created", "existing", "existing"] == statuses
    assert 1 == len(sandbox.query("SELECT Id FROM Case"))
    assert 0o600 == Path("var/sent.json").stat().st_mode & 0o777


def test_nothing_to_send_again(ringback: RunningRingback) -> None:
    """Who has sent nothing, or names what is to be sent, is told so."""
    file = str(ROOT / "examples" / "v4.json")
    first, both = send(ringback, "--again"), send(ringback, "--again", file)

    assert (1, 2) == (first.returncode, both.returncode)
    assert "Nothing has been sent from this folder yet" in first.stderr
    assert "name no FILE" in both.stderr


def test_examples_are_never_late(ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """Their calls end just now, and still do when they are sent again. Who wants it sends the times of the file."""
    files = [str(path) for path in sorted((ROOT / "examples").iterdir())]
    sent = [send(ringback, *files), send(ringback, *files), send(ringback, "--again")]
    texts = [one["Description"] for one in sandbox.query("SELECT Description FROM Case")]
    kept = send(ringback, "--keep-times", files[0])

    assert [0] * 3 == [one.returncode for one in sent]
    assert [len(files)] * 2 == [one.stdout.count('"status":"existing"') for one in sent[1:]]
    assert len(files) == len(texts)
    assert not any("Late:" in text for text in texts)
    assert '"status":"updated"' in kept.stdout
    # No payload is kept beside the ledger.
    assert "4930901820" not in Path("var/sent.json").read_text()


def test_files_are_sent_as_they_are(ringback: RunningRingback, sandbox: RunningSandbox) -> None:
    """Each file is one callback, and each has its line."""
    files = [str(path) for path in sorted((ROOT / "examples").iterdir())]
    done = send(ringback, *files)

    assert len(files) == done.stdout.count('"status":"created"')
    assert len(files) == len(sandbox.query("SELECT Id FROM Case"))


def test_file_in_another_form(ringback: RunningRingback) -> None:
    """The fields of a file may be sent as another release of jtel would, and are the same event."""
    path = str(ROOT / "examples" / "v4.json")
    answers = [send(ringback, path, "--form", form).stdout for form in FORMS]

    assert ["created"] + ["existing"] * 5 == [answer.partition('"status":"')[2].partition('"')[0] for answer in answers]


def test_failure_is_an_exit_status(ringback: RunningRingback) -> None:
    """An answer other than 200 is shown and makes the command fail."""
    done = send(ringback, secret="wrong")

    assert 1 == done.returncode
    assert "credentials_wrong" in done.stdout


def test_nothing_answers(ringback: RunningRingback) -> None:
    """Without a Ringback the command says how to start one."""
    done = send(ringback, "--url", "http://127.0.0.1:9")

    assert 1 == done.returncode
    assert "make run" in done.stderr
