"""Whatever happens, no byte of the output holds what a caller said, a number, or a secret; nor does any answer."""

import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.sandbox.jtel.forms import FORMS, encode
from tests.support import planted
from tests.support.forks import run_command
from tests.support.patience import PATIENCE
from tests.support.postgres import RunningPostgres
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

BEARER = "planted-bearer-Wq7ZtR2mXk9PvLs4Nd8JfHc6"
OPERATOR = "planted-operator-Gy5BnTr3QwEr8UiOp1LkJh"
PASSWORD = "planted-password-Ab3"
CLIENT_ID = "planted-client-id-3MVG9"
CLIENT_SECRET = "planted-client-secret-77AA"
WRONG = "planted-wrong-secret-Zz0"
SECRETS = (BEARER, OPERATOR, PASSWORD, CLIENT_SECRET, WRONG)
SAYS = f"{planted.PLACE}: {planted.WORDS}"
CONFIG = """
sources:
  default: {}
  strict: {when_crm_is_away: refuse}
defaults:
  fields:
    Subject: "{{ subject }} for {{ callback_number }}"
    Description: "{{ summary }}"
rules:
  - name: refused
    when: {AcdGroupsForeignSystemID: REFUSED}
    fields: {ContactId: "{{ body }}"}
    require: [ContactId]
  - name: saboteur
    mapper: tests.support.saboteur:Saboteur
"""
_EVENTS = iter(range(700_001, 800_000))


@dataclass
class Run:
    """A Ringback, its output, and all that it has answered."""

    ringback: RunningRingback
    answers: list[str]
    output: Path

    def send(self, subject: str = "Rückruf", form: str = "v4", path: str = "/callbacks", **fields: Any) -> str:
        """Sends a callback with all that is planted; returns the reason of the answer, or its status."""
        callback = {
            "AcdEventsID": next(_EVENTS),
            "Caller": planted.CALLER,
            "CallbackNumber": planted.CALLBACK,
            "ServiceNumbersNumber": planted.SERVICE,
            "ServiceNumbersName": planted.NAME,
            "Subject": f"{subject} {planted.NAME}",
            "Body": f"{SAYS} {planted.LOCAL}",
            "SalesforceId": planted.LOCAL,
            "dtCallEnd": planted.LOCAL,
            planted.NAME: planted.CALLER,
            **fields,
        }
        sent = encode(callback, form)
        return self.raw(sent.body, path + sent.query, content_type=sent.content_type)

    def raw(self, body: bytes, path: str, *, content_type: str | None = None, secret: str = BEARER) -> str:
        """Sends bytes as they are."""
        headers = {"Authorization": f"Bearer {secret}", "X-Request-ID": planted.CALLER}
        if content_type:
            headers["Content-Type"] = content_type
        answer = requests.post(self.ringback.url + path, data=body, headers=headers, timeout=PATIENCE)
        self.answers.append(f"{answer.headers} {answer.text}")
        said = answer.json()
        return str(said.get("reason") or said["status"])

    def crude(self, request: bytes) -> None:
        """Sends what is no HTTP."""
        with socket.create_connection(("127.0.0.1", self.ringback.port), 10) as connection:
            connection.sendall(request)
            connection.shutdown(socket.SHUT_WR)
            self.answers.append(connection.recv(65_536).decode("latin-1"))


@pytest.fixture(scope="module")
def run(
    shared_sandbox: RunningSandbox, postgres: RunningPostgres, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Run]:
    """Its Postgres has a password in its address, gunicorn says all that it can."""
    shared_sandbox.reset()
    folder = tmp_path_factory.mktemp("leaks")
    (folder / "ringback.yaml").write_text(CONFIG)
    url = postgres.create_database().replace("postgres@", f"postgres:{PASSWORD}@")
    environment = {
        "WEB_CONCURRENCY": "1",
        "GUNICORN_LOG_LEVEL": "debug",
        "DATABASE_URL": url,
        "RINGBACK_SECRET": BEARER,
        "RINGBACK_SECRET_STRICT": BEARER,
        "RINGBACK_OPERATOR_SECRET": OPERATOR,
        "RINGBACK_CONFIG": str(folder / "ringback.yaml"),
        "RINGBACK_DEADLINE": "2",
    }
    with RunningRingback(shared_sandbox.url, folder / "log", environment) as ringback:
        yield Run(ringback, [], folder / "log")


def assert_clean(run: Run) -> None:
    run.output.with_name("answers").write_text("\n".join(run.answers))
    files = [run.output, run.output.with_name("answers")]

    assert [] == planted.found(files, (*planted.TEXTS, *SECRETS), planted.NUMBERS)


def test_search() -> None:
    """What is looked for is found, whichever way it is spelled."""
    spelled = [*planted.spellings(planted.NAME), *planted.spellings_of_number(planted.CALLBACK)]

    assert b"Zyrk\\u00f3wska-Quibbelh\\u00f6fer" in spelled
    assert b"Zyrk%C3%B3wska-Quibbelh%C3%B6fer" in spelled
    assert b"665-54-4" not in spelled
    assert b"766-55-44" in spelled


@pytest.mark.parametrize("form", FORMS)
def test_delivered(run: Run, form: str) -> None:
    """What becomes a Case, in every form, and its repeat."""
    event_id = next(_EVENTS)

    assert ["created", "existing"] == [run.send(form=form, AcdEventsID=event_id) for _ in range(2)]
    assert_clean(run)


def test_not_understood(run: Run) -> None:
    """What cannot be understood or comes from a stranger."""
    said = f"{planted.NAME} {planted.CALLER} {SAYS}".encode()

    assert "json_broken" == run.raw(b'{"Caller": ' + said, "/callbacks")
    assert "event_id_missing" == run.raw(json.dumps({"Body": said.decode()}).encode(), "/callbacks")
    assert "event_id_invalid" == run.send(AcdEventsID=SAYS)
    assert "number_missing" == run.send(Caller=None, CallbackNumber=None)
    assert "credentials_wrong" == run.raw(said, f"/callbacks?Caller={planted.CALLER}", secret=WRONG)
    assert "credentials_wrong" == run.raw(said, f"/callbacks/{planted.CALLER}?Body={planted.CALLER}", secret=WRONG)
    assert "credentials_wrong" == run.raw(said, f"/callbacks/a/{planted.CALLER}")
    run.crude(b"POST /callbacks?Body=" + said + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    run.crude(b"POST /callbacks HTTP/1.1\r\nHost: x\r\n" + said + b"\r\nAuthorization: Bearer " + WRONG.encode())
    run.crude(b"POST /callbacks HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + said)
    assert_clean(run)


def test_refused(run: Run, sandbox: RunningSandbox) -> None:
    """What the mapping or Salesforce refuses, with the value in Salesforce's own words."""
    assert "id_malformed" == run.send(AcdGroupsForeignSystemID="REFUSED")
    assert "mapping_failed" == run.send("raises")
    said = f"{SAYS} {planted.CALLER} {planted.CALLBACK}"
    for code in ("FIELD_CUSTOM_VALIDATION_EXCEPTION", "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY", "UNHEARD_OF"):
        sandbox.fault("error", share=1, code=code, status=400, message=said)
        run.send()
        sandbox.clear_faults()
    assert_clean(run)


def test_bugs(run: Run) -> None:
    """Errors of our own, and what libraries, threads and Python say of theirs. All of it is told, as JSON."""
    assert "internal_error" == run.send("breaks the request")
    assert "internal_error" == run.send("breaks the attempt")
    assert "created" == run.send("talks")
    lines = run.ringback.log_lines()

    assert_clean(run)
    told = {line["event"] for line in lines}
    assert {"internal_error", "warning", "thread_crashed", "exception_ignored", "Failed"} <= told
    assert all("saboteur.py" in line["exception"] for line in lines if line["event"] in ("internal_error", "Failed"))
    assert {"urllib3.connectionpool", "sqlalchemy", "gunicorn.error"} <= {line.get("logger") for line in lines}


def test_salesforce_away(run: Run, sandbox: RunningSandbox) -> None:
    """What waits, and what the engine does with it later; its lines have the id of the request that brought it."""
    sandbox.fault("unavailable", share=1)
    event_ids = [next(_EVENTS) for _ in range(4)]
    assert ["crm_unavailable"] * 4 == [run.send(AcdEventsID=one) for one in event_ids]
    run.send(path="/callbacks/strict")
    sandbox.clear_faults()
    stored = {one["event_id"]: one["request_id"] for one in run.ringback.entries() if one["state"] == "waiting"}
    end = time.monotonic() + PATIENCE
    while any(one["state"] in ("waiting", "received") for one in run.ringback.entries()):
        assert time.monotonic() < end
        time.sleep(0.1)
    lines = run.ringback.log_lines()
    by_engine = [line for line in lines if line["event"] == "attempt" and line["runner"] == "engine"]

    assert stored
    assert stored.items() <= {line["event_id"]: line["request_id"] for line in by_engine}.items()
    assert_clean(run)


def test_commands(run: Run) -> None:
    """What the commands show of it; only `--payload` shows personal data."""
    shown, payload = command(run, "show", "1", "--payload").split("Body:")
    run.answers += [shown, command(run, "list", "--json", "--limit", "0")]
    assert_clean(run)

    assert planted.CALLER in payload


def command(run: Run, *arguments: str) -> str:
    done = run_command([*arguments], run.ringback.environment)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def test_database_away(run: Run, postgres: RunningPostgres) -> None:
    """What is said while Postgres is away, by Ringback and by its libraries; metrics and health included."""
    postgres.stop()
    try:
        run.send()
        run.send("talks")
        for path in ("/health/ready", "/metrics"):
            for secret in (OPERATOR, WRONG):
                headers = {"Authorization": f"Bearer {secret}"}
                run.answers.append(requests.get(run.ringback.url + path, headers=headers, timeout=PATIENCE).text)
    finally:
        postgres.start()
    assert_clean(run)


def test_every_line_is_json(run: Run) -> None:
    """All that a log reader gets is JSON, whoever said it."""
    run.send()

    assert [] == [line for line in run.output.read_text().splitlines() if not isinstance(json.loads(line), dict)]


@pytest.mark.parametrize("flow", ["secret", "key"])
def test_login(flow: str, tmp_path: Path) -> None:
    """An org that cannot be reached, with the credentials that production has."""
    key = (
        rsa.generate_private_key(65537, 2048).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    )
    own = {"SALESFORCE_CLIENT_SECRET": CLIENT_SECRET}
    if flow == "key":
        own = {"SALESFORCE_PRIVATE_KEY": key, "SALESFORCE_USERNAME": "planted@example.org"}
    environment = {
        "RINGBACK_CRM": "salesforce",
        "SALESFORCE_DOMAIN": "planted-org.my",
        "SALESFORCE_CLIENT_ID": CLIENT_ID,
        "RINGBACK_ALLOW_THROWAWAY_DISK": "1",
        "RINGBACK_SECRET": BEARER,
        "RINGBACK_DEADLINE": "2",
        "HTTPS_PROXY": "http://user:planted-proxy-word@127.0.0.1:9",
        "WEB_CONCURRENCY": "1",
        "GUNICORN_LOG_LEVEL": "debug",
        **own,
    }
    with RunningRingback("http://127.0.0.1:9", tmp_path / "log", environment) as ringback:
        run = Run(ringback, [], tmp_path / "log")
        assert "crm_unreachable" == run.send(AcdGroupsForeignSystemID="x")
    lines = [line for line in key.splitlines() if len(line) > 20]

    assert_clean(run)
    assert [] == planted.found([run.output], [CLIENT_ID, "planted-proxy-word", *lines], [])
