"""`ringback run`: what `make run` starts."""

import os
import shlex
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from app.cli.run import _own_url
from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.process import free_port

ROOT = Path(__file__).parents[2]


@contextmanager
def running(
    folder: Path, environment: Mapping[str, str], options: Sequence[str] = ()
) -> Iterator["subprocess.Popen[str]"]:
    """`ringback run` in `folder`, which has the shipped configuration and no data."""
    if not (folder / "config").exists():
        (folder / "config").symlink_to(ROOT / "config")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("RINGBACK_", "SALESFORCE_"))}
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "run", *options],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # As in a terminal, also where the tests run under nohup.
        preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    )
    try:
        yield process
    finally:
        # It ends its children, which hold its output.
        process.terminate()
        process.communicate()


def read_until(process: "subprocess.Popen[str]", mark: str) -> str:
    """The output up to the line that holds `mark`, or all of it."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if mark in line:
            break
    return said


def ports() -> dict[str, str]:
    return {"PORT": str(free_port()), "SANDBOX_PORT": str(free_port()), "RINGBACK_CRM": "sandbox"}


def is_open(port: str, address: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((address, int(port))) == 0


def pasted(said: str, shell: str = "sh") -> str:
    """What the printed command says in a terminal that knows nothing, in another folder."""
    command = said[said.index("  curl") : said.index("\n\nEnd it all")]
    bare = {"PATH": os.environ["PATH"]}
    return subprocess.run([shell], input=command, cwd="/", env=bare, capture_output=True, text=True).stdout


def ringback(folder: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """`ringback …` in a second terminal, without a variable."""
    names = ("RINGBACK_", "SALESFORCE_", "SANDBOX_", "JTEL_", "PORT", "DATABASE_URL")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    return run_command([*arguments], {**clean, **environment}, folder)


@pytest.mark.parametrize(
    ("host", "url", "number"),
    [
        (None, "http://127.0.0.1:", signal.SIGTERM),
        ("::1", "http://[::1]:", signal.SIGHUP),
        ("::", "http://127.0.0.1:", signal.SIGINT),
    ],
)
def test_printed_command_works_and_signal_ends_all(
    tmp_path: Path, host: str | None, url: str, number: signal.Signals
) -> None:
    """Wherever it listens the printed line, pasted as it stands, makes a Case; a signal ends service and sandbox.

    Nobody reaches it from another machine, the sandbox neither, unless the service is asked to listen there.
    """
    environment = ports()
    with running(tmp_path, environment, ["--host", host] if host else []) as process:
        said = read_until(process, "Ctrl-C")
        answers = [pasted(said), pasted(said, "bash")]
        # What listens at all addresses listens at this one, too.
        elsewhere = {name: is_open(environment[name], "127.0.0.2") for name in ("PORT", "SANDBOX_PORT")}
        page = requests.get(f"http://127.0.0.1:{environment['SANDBOX_PORT']}/", timeout=PATIENCE).text
        process.send_signal(number)

        assert f"curl -sS {url}{environment['PORT']}/" in said
        assert '"status":"created"' in answers[0]
        assert '"status":"existing"' in answers[1]
        assert "default-4711" in page
        assert {"PORT": host == "::", "SANDBOX_PORT": False} == elsewhere
        assert 0 == process.wait(PATIENCE)
        assert "Ringback ends." in read_until(process, "never")
        assert not is_open(environment["PORT"])
        assert not is_open(environment["SANDBOX_PORT"])
        assert [] == list((tmp_path / "var").glob("running-*"))
    assert "SALESFORCE_DOMAIN is not set" in ringback(tmp_path, "replay", "1", "--yes").stderr


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("localhost", "http://localhost:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://127.0.0.1:8000"),
        ("::1", "http://[::1]:8000"),
    ],
)
def test_address_that_works_here(host: str, url: str) -> None:
    """Whatever it listens at, the address that is printed leads there from this machine."""
    assert url == _own_url(host, 8000)


@pytest.mark.parametrize("setting", ["RINGBACK_SECRET", "RINGBACK_SECRET_FILE"])
def test_printed_command_works_with_given_secrets(tmp_path: Path, setting: str) -> None:
    """Of the secrets that are given it sends one, wherever they stand and of whatever letters, and shows none."""
    odd = "it's $HOME !1 \"`\\".replace(" ", "")
    written = f"old{odd * 3} {'new' * 12}"
    (tmp_path / "the secrets").write_text(written)
    given = {setting: written if setting == "RINGBACK_SECRET" else str(tmp_path / "the secrets")}
    with running(tmp_path, {**ports(), **given}) as process:
        said = read_until(process, "Ctrl-C")
        answer = pasted(said)
        second = ringback(tmp_path, "send").stdout
        process.terminate()
        process.wait(PATIENCE)

    assert '"status":"created"' in answer
    assert '"status":"created"' in second
    assert "HOME" not in said


SOURCES = """
sources:
  vienna: {timezone: Europe/Vienna, region: AT, auth: {basic: jtel}}
  berlin: {timezone: Europe/Berlin, region: DE, auth: {header: X-Api-Key}}
rules: [{name: all, fields: {Subject: Callback}}]
"""


def test_sources_of_the_configuration(tmp_path: Path) -> None:
    """A trial of sources needs no secret of theirs, and each is reached as it wants."""
    rules = tmp_path / "own.yaml"
    rules.write_text(SOURCES)
    with running(tmp_path, {**ports(), "RINGBACK_CONFIG": str(rules)}) as process:
        answer = pasted(read_until(process, "Ctrl-C"))
        others = [ringback(tmp_path, "send", "--source", source).stdout for source in ("vienna", "berlin")]
        process.terminate()
        process.wait(PATIENCE)

    assert '"status":"created"' in answer
    assert all('"status":"created"' in one for one in others)


def test_ctrl_c_while_a_callback_is_under_way(tmp_path: Path) -> None:
    """It is answered first, which is said; a second Ctrl-C ends all at once, and nothing of it goes on."""
    environment = {**ports(), "RINGBACK_DEADLINE": "25", "WEB_CONCURRENCY": "1"}
    with running(tmp_path, environment) as process:
        secret = read_until(process, "Ctrl-C").partition("Bearer ")[2].partition("'")[0]
        url = f"http://127.0.0.1:{environment['PORT']}/callbacks"
        head = {"Authorization": f"Bearer {secret}"}

        def post(event_id: int) -> requests.Response:
            body = {"AcdEventsID": event_id, "Caller": "4930901820"}
            return requests.post(url, json=body, headers=head, timeout=PATIENCE)

        # A login would be given up sooner than the callback.
        assert "created" == post(1).json()["status"]
        ringback(tmp_path, "sandbox", "faults", "add", "hang", "--next", "100")
        with ThreadPoolExecutor() as pool, closing(sqlite3.connect(tmp_path / "var" / "ringback.db")) as ledger:
            under_way = pool.submit(post, 2)
            while not ledger.execute("SELECT id FROM entry WHERE state = 'received'").fetchall():
                assert not under_way.done(), under_way.result().text
                time.sleep(0.05)
            process.send_signal(signal.SIGINT)
            said = read_until(process, "It finishes what is under way")
            process.send_signal(signal.SIGINT)
            ended = process.wait(PATIENCE)
            broken = under_way.exception(PATIENCE)

    assert '"finishing_requests"' in said
    assert "within 30 s. Ctrl-C again ends it at once" in said
    assert 0 == ended
    assert isinstance(broken, requests.ConnectionError)
    assert not is_open(environment["PORT"])
    assert not is_open(environment["SANDBOX_PORT"])


def test_port_in_use(tmp_path: Path) -> None:
    """A port that is taken is named, with the way out."""
    environment = ports()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(environment["PORT"])))
        taken.listen()
        with running(tmp_path, environment) as process:
            said = read_until(process, "never")

            assert 1 == process.wait(PATIENCE)
    assert environment["PORT"] in said
    assert "PORT=" in said


def test_missing_settings_end_the_start(tmp_path: Path) -> None:
    """Without Salesforce's settings, and without asking for the sandbox, the start ends and names each of them."""
    with running(tmp_path, {"PORT": str(free_port())}) as process:
        said = read_until(process, "never")

        assert 1 == process.wait(PATIENCE)
    for name in ("SALESFORCE_DOMAIN", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"):
        assert f"{name} is not set" in said
    assert "Traceback" not in said


def test_broken_configuration_ends_the_start(tmp_path: Path) -> None:
    """A mistake in the YAML ends the start with its line."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("rules:\n  - nam: x\n")
    with running(tmp_path, {**ports(), "RINGBACK_CONFIG": str(broken)}) as process:
        said = read_until(process, "never")

        assert 1 == process.wait(PATIENCE)
    assert "broken.yaml:2:5" in said
    assert "Traceback" not in said


def test_nobody_reads(tmp_path: Path) -> None:
    """A greeting that cannot be written ends nothing."""
    environment = ports()
    with running(tmp_path, environment) as process:
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        end = time.monotonic() + PATIENCE
        while not (is_open(environment["PORT"]) and is_open(environment["SANDBOX_PORT"])):
            assert process.poll() is None
            assert time.monotonic() < end
            time.sleep(0.1)
        time.sleep(1)

        assert process.poll() is None
        process.terminate()
        assert 0 == process.wait(PATIENCE)


@dataclass
class Trial:
    """What runs in a folder, and what it has said at its start."""

    folder: Path
    environment: Mapping[str, str]
    said: str

    @property
    def page(self) -> str:
        """Where somebody is a caller."""
        return self.said.partition("in the browser:")[2].split()[0]


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """One that all may use who do not end it."""
    folder = tmp_path_factory.mktemp("trial")
    environment = {**ports(), "DATABASE_URL": f"sqlite:///{folder}/own.db"}
    with running(folder, environment) as process:
        yield Trial(folder, environment, read_until(process, "Ctrl-C"))


COMMANDS = [
    (["send", "--again"], '"status":"existing"'),
    (["list", "--state", "delivered"], "delivered"),
    (["show", "1"], "Callback 1:"),
    (["map", "--last", "1"], "a Case with the external id"),
    (["check", "--crm"], "login as integration@sandbox.example"),
    (["sandbox", "org"], "assignment"),
    (["sandbox", "faults", "list"], "[]"),
    (["jtel", "groups", "list"], "B2B Hotline"),
    (["wishes", "list", "--all"], ""),
    (["alert"], "Nothing is wrong."),
    (["replay", "1", "--yes"], "delivered"),
]


def test_second_terminal(trial: Trial) -> None:
    """Each command finds what runs in its folder, without a variable, and says so in one line beside its deed."""
    first = ringback(trial.folder, "send")
    done = [(ringback(trial.folder, *arguments), said) for arguments, said in COMMANDS]
    production = trial.folder / "production.db"
    elsewhere = ringback(trial.folder, "replay", "1", "--yes", DATABASE_URL=f"sqlite:///{production}")
    helped = ringback(trial.folder, "list", "--help")

    where = f"port {trial.environment['PORT']}, sandbox {trial.environment['SANDBOX_PORT']}"
    assert '"status":"created"' in first.stdout
    for one, said in done:
        assert said in one.stdout, one
        assert one.stderr.startswith(f"With the trial that runs here ({where}).\n"), one
    assert (2, True) == (elsewhere.returncode, "DATABASE_URL is set otherwise" in elsewhere.stderr)
    assert not production.exists()
    assert "" == helped.stderr


def test_runs_already(trial: Trial) -> None:
    """Who starts a second one in the folder is told how to end the first."""
    second = ringback(trial.folder, "run", **trial.environment)

    assert 1 == second.returncode
    assert "Ringback runs here already" in second.stderr
    assert "kill " in second.stderr


def test_the_circle_in_the_browser(trial: Trial) -> None:
    """On the printed page a caller gets a Case, and the Flow a callback to it. The page shows no secret."""
    page = trial.page
    log = page.replace("/jtel", "/sandbox/jtel/log")
    before = len(requests.get(log, timeout=PATIENCE).json()["lines"])
    fields = {"Sender": "4930901823", "Subject": "Offer", "AcdGroupsID": "235", "Receiver": "4930901820"}
    shown = requests.post(f"{page}/callback", {**fields, "form": "v4"}, timeout=PATIENCE).text
    case_id = shown.partition('name="caseId" value="')[2].partition('"')[0]
    wish = {"caseId": case_id, "number": "4930901823", "group": "237", "subject": "Again"}
    shown += requests.post(f"{page}/wish", wish, timeout=PATIENCE).text
    end = time.monotonic() + PATIENCE
    while len(lines := requests.get(log, timeout=PATIENCE).json()["lines"]) < before + 3 and time.monotonic() < end:
        time.sleep(0.05)

    new = lines[before:]
    assert trial.said.partition("Bearer ")[2].partition("'")[0] not in shown
    assert {"created", "requested", "existing"} >= {line["said"] for line in new} >= {"created", "requested"}
    assert {case_id} == {line["case_id"] for line in new}
    assert 3 == len(new)


def test_the_rest_of_the_circle(trial: Trial) -> None:
    """With the shipped configuration a served caller is noted, and the command on the page finds what was lost."""
    fields = {"Sender": "4930901821", "Subject": "Offer", "AcdGroupsID": "235", "Receiver": "4930901820"}
    requests.post(f"{trial.page}/callback", {**fields, "form": "v4"}, timeout=PATIENCE)
    called = {"caller": "4930901821", "agent": "berger"}
    served = requests.post(f"{trial.page}/connected", called, timeout=PATIENCE).text
    lost = {**fields, "Sender": "4930901822", "form": "v4", "lose": "on"}
    shown = requests.post(f"{trial.page}/callback", lost, timeout=PATIENCE).text
    command, *arguments = shlex.split(shown.partition('<pre class="text">')[2].partition("</pre>")[0])
    cases = f"http://127.0.0.1:{trial.environment['SANDBOX_PORT']}/"
    end = time.monotonic() + PATIENCE
    while "Reconciled:" not in requests.get(cases, timeout=PATIENCE).text and time.monotonic() < end:
        done = ringback(trial.folder, *arguments, RINGBACK_PACE="0.001")
        assert 0 == done.returncode, done.stderr
    comments = requests.get(cases, timeout=PATIENCE).text

    assert ".venv/bin/ringback" == command
    assert "noted" in served
    assert "Reconciled:" in comments
    assert "and spoke to Anna Berger (berger)." in comments
