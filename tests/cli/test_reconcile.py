"""`ringback reconcile`, as an operator calls it, and how what it took in is shown."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from app.domain.entry import State
from app.domain.source import secret_name
from app.operations.reconcile.compare import CHUNK
from tests.operations.reconcile.records import GROUP, NUMBER, event, flat
from tests.support.desk import Desk
from tests.support.jtel import JtelServer, events_stream, listed
from tests.support.patience import PATIENCE
from tests.support.writing import writing

DAY = 86_400.0


@pytest.fixture
def jtel() -> Iterator[JtelServer]:
    with JtelServer() as server:
        yield server


@pytest.fixture
def desk(desk: Desk, jtel: JtelServer) -> Desk:
    """One whose source has had a callback a day ago."""
    desk.environment |= jtel.environment
    desk.add(State.DELIVERED, age=DAY)
    return desk


def reconcile(desk: Desk, *arguments: str) -> tuple[int, str, str]:
    done = desk.run("reconcile", *arguments)
    return done.returncode, done.stdout, done.stderr


def test_shows_and_takes_in(desk: Desk, jtel: JtelServer) -> None:
    """It shows what is missing and why all else is left out, and changes nothing; with --yes it takes it in."""
    known, lost, closed, unreadable = event(), event(), event(AcdEventStatusID=99), event(Sender="anonymous")
    desk.add(State.DELIVERED, flat(known))
    jtel.replies["GET /acd/events"] = listed([known, lost, closed, unreadable])

    shown = reconcile(desk, "--group", str(GROUP), "--source", "default")
    before = len(desk.ledger.select())
    taken = reconcile(desk, "--group", str(GROUP), "--source", "default", "--yes")
    again = reconcile(desk, "--group", str(GROUP), "--source", "default", "--yes")

    assert (0, 0, 0, 2) == (shown[0], taken[0], again[0], before)
    assert f"        1  never came, and would be taken in: the engine delivers them ({lost['ID']})\n" in shown[1]
    assert f"but cannot be understood ({unreadable['ID']})" in shown[1]
    assert "        1  are left out: they have ended in jtel (status 98, 99 or 100)\n" in shown[1]
    assert "        1  are in the ledger, and jtel has them no more" in shown[1]
    assert shown[1].endswith("Nothing was taken in. To do so: ringback reconcile --yes\n")
    assert "        1  were taken in: the engine delivers them" in taken[1]
    assert "        0  were taken in" in again[1]
    assert "could not be understood before, or a person discarded them" in again[1]
    assert NUMBER not in f"{shown}{taken}{again}"


def test_json(desk: Desk, jtel: JtelServer) -> None:
    """The same for programs, with all keys."""
    lost = event()
    jtel.replies["GET /acd/events"] = listed([lost, event(AcdEventTypesID=5)])

    status, said, _ = reconcile(desk, "--group", str(GROUP), "--source", "default", "--json")
    told: dict[str, Any] = json.loads(said)

    assert (0, False, True) == (status, told["done"], told["complete"])
    assert ([lost["ID"]], 2, 1) == (told["taken"], told["jtelEvents"], told["leftOut"]["no_callback"])
    assert (None, None) == (told["reason"], told["message"])
    assert {"source", "notBefore", "same", "invalid", "goneFromJtel", "latestGone"} < told.keys()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "No source says in the configuration which ACD groups are reconciled."),
        (["--source", "nowhere", "--group", "1"], 'There is no source "nowhere". Known: default, berlin-2, strict.'),
        (["--source", "berlin-2", "--group", "1"], 'There are no settings JTEL_… for source "berlin-2"'),
        (["--source", "default", "--group", "1", "--since", "yesterday"], "is no time"),
    ],
)
def test_says_what_is_missing(desk: Desk, jtel: JtelServer, arguments: list[str], said: str) -> None:
    """What it cannot do it says in a sentence, and jtel is not asked."""
    status, _, complained = reconcile(desk, *arguments)

    assert 2 == status
    assert said in complained
    assert [] == jtel.asked


def test_jtel_refuses(desk: Desk, jtel: JtelServer) -> None:
    """What jtel said is told, and the status is 1."""
    jtel.token = "another"

    status, said, complained = reconcile(desk, "--group", str(GROUP), "--source", "default")

    assert 1 == status
    assert said.startswith("Source default: 0 events in jtel")
    assert "JTEL_TOKEN" in complained


def test_settings_of_the_last(desk: Desk, jtel: JtelServer) -> None:
    """Where one of several sources has no settings nothing is done for any, as the status says."""
    jtel.replies["GET /acd/events"] = listed([event()])

    arguments = ("--source", "default", "--source", "berlin-2", "--group", str(GROUP), "--yes")
    status, said, _ = reconcile(desk, *arguments)

    assert (2, "", []) == (status, said, jtel.asked)
    assert [] == desk.list("--reconciled")


def test_database_goes(desk: Desk, jtel: JtelServer) -> None:
    """What was taken in before the database went away is told, and the status is not that of nothing done."""
    records = [event() for _ in range(3 * CHUNK)]

    def going() -> Iterator[dict[str, Any]]:
        # More than it has to read before it compares the first of them.
        yield from records[: 2 * CHUNK]
        end = time.monotonic() + PATIENCE
        while not desk.ledger.of_event("default", str(records[99]["ID"])):
            assert time.monotonic() < end
        with writing(desk.ledger.database) as connection:
            connection.execute(text("ALTER TABLE entry RENAME TO gone"))
        yield from records[2 * CHUNK :]

    jtel.replies["GET /acd/events"] = events_stream(going(), len(records))
    status, said, complained = reconcile(desk, "--group", str(GROUP), "--source", "default", "--yes")

    assert 1 == status
    assert "      100  were taken in" in said
    assert "The database cannot be used" in complained


def test_marked(desk: Desk, jtel: JtelServer) -> None:
    """What was taken in is marked wherever it is shown."""
    lost = event()
    jtel.replies["GET /acd/events"] = listed([lost])
    reconcile(desk, "--group", str(GROUP), "--source", "default", "--yes")

    listing, shown = desk.run("list").stdout, desk.run("show", lost["ID"]).stdout
    (described,) = desk.list("--reconciled")
    described_by_show = json.loads(desk.run("show", "--json", lost["ID"]).stdout)

    assert f"{lost['ID']} (reconciled)" in listing
    assert [] == desk.list("--reconciled", "--state", "delivered")
    assert "reconciled   it never came by itself: jtel was asked for it" in shown
    assert (True, True) == (described["reconciled"], described_by_show["reconciled"])


@pytest.mark.parametrize("source", ["default", "vienna-2"])
def test_check(desk: Desk, source: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A source that is reconciled needs its settings, which `ringback check` says; with them all is well."""
    config = tmp_path_factory.mktemp("config") / "ringback.yaml"
    config.write_text(
        f"sources: {{{source}: {{reconcile: {{groups: [235]}}}}}}\nrules: [{{name: all, fields: {{Subject: Hello}}}}]\n"
    )
    suffix = secret_name(source).removeprefix("RINGBACK_SECRET")
    names = [f"{name}{suffix}" for name in ("JTEL_URL", "JTEL_TOKEN", "JTEL_CLIENTS_ID")]
    values = ["https://jtel-rest:8080", "token", "1"]

    # The sandbox has a jtel by itself.
    bare = {"RINGBACK_CRM": "salesforce", **dict.fromkeys(("JTEL_URL", "JTEL_TOKEN", "JTEL_CLIENTS_ID"), "")}
    nothing = desk.run("check", config, **bare)
    part = desk.run("check", config, **{**dict.fromkeys(names, ""), names[0]: values[0]})
    whole = desk.run("check", config, **dict(zip(names, values, strict=True)))

    assert (1, 1, 0) == (nothing.returncode, part.returncode, whole.returncode), whole.stdout
    assert all(name in nothing.stdout for name in names)
    assert "[jtel_setting_missing]" in nothing.stdout
    assert names[1] in part.stdout
