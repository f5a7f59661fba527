"""`ringback run`: what `make run` starts."""

import shlex
import signal
import socket
import sqlite3
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import requests

from app.cli.run import _own_url
from tests.cli.trials import Trial, pasted, ports, ringback, running
from tests.support.patience import PATIENCE
from tests.support.process import free_port

# Of letters that a shell would read otherwise; the second one is not sent.
ODD = "old" + "it's$HOME!1\"`\\" * 3
SECRETS = f"{ODD} {'new' * 12}"


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    """One that all may use who do not end it."""
    folder = tmp_path_factory.mktemp("trial")
    with running(folder, {"DATABASE_URL": f"sqlite:///{folder}/own.db"}) as started:
        started.read_until("Ctrl-C")
        yield started


def test_printed_command_works(trial: Trial) -> None:
    """The printed line, pasted as it stands, makes one Case. Nobody reaches any of it from another machine."""
    said = trial.read_until("Ctrl-C")
    answers = [pasted(said), pasted(said, "bash")]
    page = requests.get(f"http://127.0.0.1:{trial.environment['SANDBOX_PORT']}/", timeout=PATIENCE).text

    assert f"curl -sS http://127.0.0.1:{trial.environment['PORT']}/" in said
    assert '"status":"created"' in answers[0]
    assert '"status":"existing"' in answers[1]
    assert "default-4711" in page
    assert [] == trial.listening_at("127.0.0.2")


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


SOURCES = """
sources:
  berlin: {timezone: Europe/Berlin, region: DE, auth: {header: X-Api-Key}}
  vienna: {timezone: Europe/Vienna, region: AT, auth: {basic: jtel}}
rules: [{name: all, fields: {Subject: Callback}}]
"""


def test_sources_of_the_configuration(tmp_path: Path) -> None:
    """Each source is reached as it wants; the secret of one is kept in a file, that of the other is made up.

    Asked to listen at all addresses the service does so, and the sandbox does not. The printed line leads there.
    """
    rules, secrets = tmp_path / "own.yaml", tmp_path / "the secrets"
    rules.write_text(SOURCES)
    secrets.write_text(SECRETS)
    given = {"RINGBACK_CONFIG": str(rules), "RINGBACK_SECRET_BERLIN_FILE": str(secrets)}
    with running(tmp_path, given, ["--host", "::"]) as trial:
        said = trial.read_until("Ctrl-C")
        answer = pasted(said)
        others = [ringback(tmp_path, "send", "--source", source).stdout for source in ("berlin", "vienna")]
        elsewhere = trial.listening_at("127.0.0.2")
        ended = trial.end(signal.SIGHUP)

    assert f"curl -sS http://127.0.0.1:{trial.environment['PORT']}/callbacks/berlin" in said
    assert "HOME" not in said
    assert '"status":"created"' in answer
    assert all('"status":"created"' in one for one in others)
    # What listens at all addresses listens at this one, too.
    assert ["PORT"] == elsewhere
    assert 0 == ended


def test_ctrl_c_while_a_callback_is_under_way(tmp_path: Path) -> None:
    """It is answered first, which is said; a second Ctrl-C ends all at once, and nothing of it goes on.

    Until then commands send the secret that is given, whatever its letters, and nothing shows it.
    """
    with running(tmp_path, {"RINGBACK_DEADLINE": "25", "RINGBACK_SECRET": SECRETS}) as trial:
        greeting = trial.read_until("Ctrl-C")
        url = f"http://127.0.0.1:{trial.environment['PORT']}/callbacks"
        body, head = {"AcdEventsID": 2, "Caller": "4930901820"}, {"Authorization": f"Bearer {ODD}"}
        # A login would be given up sooner than the callback.
        answers = [pasted(greeting), ringback(tmp_path, "send").stdout]
        ringback(tmp_path, "sandbox", "faults", "add", "hang", "--next", "100")
        with ThreadPoolExecutor() as pool, closing(sqlite3.connect(tmp_path / "var" / "ringback.db")) as ledger:
            under_way = pool.submit(requests.post, url, json=body, headers=head, timeout=PATIENCE)
            while not ledger.execute("SELECT id FROM entry WHERE state = 'received'").fetchall():
                assert not under_way.done(), under_way.result().text
                time.sleep(0.05)
            trial.process.send_signal(signal.SIGINT)
            trial.read_until('"finishing_requests"')
            said = trial.read_until("Ctrl-C again ends it at once")
            ended = trial.end(signal.SIGINT)
            broken = under_way.exception(PATIENCE)

    assert all('"status":"created"' in answer for answer in answers)
    assert "HOME" not in greeting
    assert '"finishing_requests"' in said
    assert "within 30 s. Ctrl-C again ends it at once" in said
    assert 0 == ended
    assert isinstance(broken, requests.ConnectionError)


def test_port_in_use(tmp_path: Path) -> None:
    """A port that is taken is named, with the way out."""
    environment = ports()
    with socket.create_server(("127.0.0.1", int(environment["PORT"]))):
        refused = ringback(tmp_path, "run", **environment)

    assert 1 == refused.returncode
    assert environment["PORT"] in refused.stderr
    assert "PORT=" in refused.stderr


def test_missing_settings_end_the_start(tmp_path: Path) -> None:
    """Without Salesforce's settings, and without asking for the sandbox, the start ends and names each of them."""
    refused = ringback(tmp_path, "run", PORT=str(free_port()))

    assert 1 == refused.returncode
    for name in ("SALESFORCE_DOMAIN", "SALESFORCE_CLIENT_ID", "SALESFORCE_CLIENT_SECRET"):
        assert f"{name} is not set" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_broken_configuration_ends_the_start(tmp_path: Path) -> None:
    """A mistake in the YAML ends the start with its line."""
    broken = tmp_path / "broken.yaml"
    broken.write_text("rules:\n  - nam: x\n")
    refused = ringback(tmp_path, "run", **ports(), RINGBACK_CONFIG=str(broken))

    assert 1 == refused.returncode
    assert "broken.yaml:2:5" in refused.stderr
    assert "Traceback" not in refused.stderr


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
    second = ringback(
        trial.folder, "run", **{name: trial.environment[name] for name in ("PORT", "SANDBOX_PORT", "RINGBACK_CRM")}
    )

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

    new = lines[: len(lines) - before]
    assert trial.read_until("Ctrl-C").partition("Bearer ")[2].partition("'")[0] not in shown
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
