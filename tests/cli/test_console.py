"""The commands of the console."""

import json

import pytest
from click.testing import CliRunner
from werkzeug.security import check_password_hash

from app.cli.console import console
from app.cli.console_to_try import KEY_FILE, PASSWORD_FILE, console_to_try
from app.ledger.audit import AuditTrail, Deed
from app.operations.console_settings import SESSION_KEY, USERS, ConsoleSettings, Role
from app.settings import load_settings
from tests.support.desk import Desk

PASSWORD = "twelve letters and more"


def settings_of(monkeypatch: pytest.MonkeyPatch, users: str) -> ConsoleSettings:
    for name, value in {"RINGBACK_CRM": "sandbox", USERS: users, SESSION_KEY: "k" * 32}.items():
        monkeypatch.setenv(name, value)
    return load_settings().console


@pytest.mark.parametrize("role", list(Role))
def test_an_entry_lets_its_user_in(role: Role, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is printed can be set as it is, and holds nothing that a shell or Compose would read."""
    done = CliRunner().invoke(console, ["user", "anna", "--role", role.value], input=f"{PASSWORD}\n")
    entry = done.output.splitlines()[-1]
    user = settings_of(monkeypatch, entry).users["anna"]

    assert done.exit_code == 0
    assert PASSWORD not in done.output
    assert not set(entry) & set("$ '\"\\`!#")
    assert (user.role, check_password_hash(user.password, PASSWORD)) == (role, True)
    assert not check_password_hash(user.password, PASSWORD[:-1])


@pytest.mark.parametrize(
    ("name", "password", "said"),
    [
        ("anna", "too short", "9 characters"),
        ("anna", "", "0 characters"),
        ("an na", PASSWORD, "A name has"),
        ("a:b", PASSWORD, "A name has"),
        ("", PASSWORD, "A name has"),
    ],
)
def test_what_is_no_user_is_told(name: str, password: str, said: str) -> None:
    done = CliRunner().invoke(console, ["user", name], input=f"{password}\n")

    assert done.exit_code == 2
    assert said in done.output


def test_the_audit_is_shown(desk: Desk) -> None:
    """The newest first, for people and for programs; what somebody wrote steers no terminal."""
    trail = AuditTrail(desk.ledger.database)
    trail.keep(Deed("anna", "operator", "replay", "request-1", 17, "after\x1b[31m the outage", "192.0.2.1"))
    trail.keep(Deed("berta", "viewer", "sign_in", "request-2"))
    table = desk.run("console", "audit")
    lines = [json.loads(line) for line in desk.run("console", "audit", "--json", "--limit", "1").stdout.splitlines()]

    assert [word in table.stdout for word in ("anna", "replay", "17", "192.0.2.1", "the outage")] == [True] * 5
    assert "\x1b" not in table.stdout
    assert [(line["user"], line["deed"], line["callback"]) for line in lines] == [("berta", "sign_in", None)]


def test_who_tries_it_out_has_the_same_user_each_time(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it needs is kept for this user of the machine only."""
    monkeypatch.chdir(tmp_path)
    (first, password), (second, again) = console_to_try(), console_to_try()
    user = settings_of(monkeypatch, first[USERS]).users["operator"]

    assert (password, first[SESSION_KEY]) == (again, second[SESSION_KEY])
    assert check_password_hash(user.password, password)
    assert {file.stat().st_mode & 0o777 for file in (PASSWORD_FILE, KEY_FILE)} == {0o600}
