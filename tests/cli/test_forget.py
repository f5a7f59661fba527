"""`ringback forget`, as whoever answers for the callers' data calls it, and `ringback rekey`."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from app.domain.callback_wish import WishState
from app.domain.entry import State
from app.ledger.wishes import Wishes
from tests.support.desk import NUMBER, Desk
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

NAME, WISH = "Wilhelmine Planted", "a wish that was planted"
KEY = Fernet.generate_key().decode()


def files(desk: Desk) -> bytes:
    """All bytes of the database: the file and its journal."""
    path = Path(desk.environment["DATABASE_URL"].removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in path.parent.glob(f"{path.name}*"))


def test_shows_and_asks(desk: Desk) -> None:
    """Without a terminal and --yes it shows what it would remove, and removes nothing."""
    entry, waiting = desk.add(State.DELIVERED), desk.add()

    done = desk.run("forget", "030 901820")

    assert 2 == done.returncode
    assert str(entry.event_id) in done.stdout
    assert str(waiting.event_id) in done.stdout
    assert "      1  to be removed\n      1  left: it still has to be delivered" in done.stdout
    assert desk.now(entry).body


def test_nothing_is_left_in_the_files(desk: Desk) -> None:
    """After it no byte of the database holds the caller's number, name or wish; another caller's are there."""
    case = {"record_id": "500000000000001AAA", "record_number": "00001027", "rule": "everyone-else"}
    desk.add(State.DELIVERED, {"Subject": f"{NAME}: {WISH}"}, **case)
    desk.add(State.DELIVERED, {"Caller": "4930901821", "Subject": "Another one's wish"})
    desk.ledger.database.close()
    planted = (NUMBER.encode(), NAME.encode(), WISH.encode())
    assert all(one in files(desk) for one in planted)

    done = desk.run("forget", "+49 30 901820", "--yes")

    assert 0 == done.returncode, done.stderr
    assert [] == [one for one in planted if one in files(desk)]
    assert b"Another one's wish" in files(desk)
    assert "Case 00001027 (500000000000001AAA)" in done.stdout
    assert "Nothing is stored" in desk.run("forget", NUMBER, "--yes").stdout


def test_also_waiting(desk: Desk, sandbox: RunningSandbox) -> None:
    """What waits is left and named, unless it is to be discarded, too."""
    waiting = desk.add()

    left = desk.run("forget", NUMBER, "--yes")
    assert (1, State.WAITING) == (left.returncode, desk.state(waiting))
    assert "--also-waiting discards it" in left.stdout

    done = desk.run("forget", NUMBER, "--also-waiting", "--yes")
    assert 0 == done.returncode, done.stdout
    assert (State.DISCARDED, b"") == (desk.state(waiting), desk.now(waiting).body)


@pytest.mark.parametrize("number", ["anonymous", ""])
def test_no_number(desk: Desk, number: str) -> None:
    """What is no number is a sentence."""
    done = desk.run("forget", number, "--yes")

    assert (2, "") == (done.returncode, done.stdout)
    assert "is no telephone number" in done.stderr


def test_encrypted_files_say_nothing(desk: Desk) -> None:
    """Once all is encrypted no byte of the database holds what jtel sent, nor the key of the number index."""
    entry = desk.add(State.DELIVERED, {"Subject": f"{NAME}: {WISH}"})
    desk.environment["RINGBACK_ENCRYPTION_KEY"] = KEY
    index_key = desk.ledger.codec.index_key
    assert isinstance(index_key, bytes)

    done = desk.run("rekey")

    assert "1 payloads were encrypted with key" in done.stdout
    desk.ledger.database.close()
    assert [] == [one for one in (NUMBER, NAME, WISH, index_key.hex()) if one.encode() in files(desk)]
    assert NAME in desk.run("show", entry.id, "--payload").stdout
    assert [entry.id] == [one["id"] for one in desk.list("--number", NUMBER)]


def test_start_without_the_key(desk: Desk) -> None:
    """Once a key was used, nothing starts without it or with another; and a key that is none is said so."""
    assert 0 == desk.run("rekey", RINGBACK_ENCRYPTION_KEY=KEY).returncode
    for key, said in {
        "": "RINGBACK_ENCRYPTION_KEY is not set, but the ledger is encrypted with key",
        Fernet.generate_key().decode(): "Give that key too, behind the new one",
        f"{KEY},short": "number 2 of its keys is none",
    }.items():
        done = desk.run("list", RINGBACK_ENCRYPTION_KEY=key)

        assert 2 == done.returncode
        assert said in done.stderr
        assert KEY not in done.stderr


def test_rekey_without_a_key(desk: Desk) -> None:
    """There is nothing to encrypt with."""
    done = desk.run("rekey")

    assert (2, "") == (done.returncode, done.stdout)
    assert "RINGBACK_ENCRYPTION_KEY is not set" in done.stderr


def test_rotation(desk: Desk, tmp_path: Path) -> None:
    """A new key before the old one, in a file as other secrets; after `rekey` the new one is enough."""
    desk.run("list", RINGBACK_ENCRYPTION_KEY=KEY)
    new = Fernet.generate_key().decode()
    (tmp_path / "keys").write_text(f"{new}\n{KEY}\n")
    entry = desk.add(State.DELIVERED)

    done = desk.run("rekey", RINGBACK_ENCRYPTION_KEY_FILE=str(tmp_path / "keys"))

    assert "Only this key is needed from now on." in done.stdout, done.stderr
    shown = desk.run("show", entry.id, "--payload", RINGBACK_ENCRYPTION_KEY=new)
    assert NUMBER in shown.stdout, shown.stderr


def test_service_with_a_key(sandbox: RunningSandbox, tmp_path: Path, event_id: int) -> None:
    """The service takes, delivers later and answers repeats as ever, and stores nothing plain."""
    environment = {"RINGBACK_ENCRYPTION_KEY": KEY, "WEB_CONCURRENCY": "1"}
    callback = {"AcdEventsID": event_id, "Caller": NUMBER, "Subject": f"{NAME}: {WISH}"}
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as running:
        sandbox.fault("unavailable", next=1)
        assert "queued" == running.post(callback).body["status"]
        running.wait_for("delivered")
        assert "existing" == running.post(callback).body["status"]
        # Reading the files would end the locks of the connections that this process has.
        running.database.close()
        stored = b"".join(one.read_bytes() for one in tmp_path.glob("ringback.db*"))

    assert [] == [one for one in (NUMBER, NAME, WISH) if one.encode() in stored]
    assert 1 == len(sandbox.query(f"SELECT Id FROM Case WHERE jtel_AcdEventsID__c = 'default-{event_id}'"))


def test_wishes_go_too(desk: Desk) -> None:
    """What Salesforce has asked for this caller is removed, too; what a person has to look at is named and left."""
    wishes = Wishes(desk.ledger.database, desk.ledger.codec)
    new = {"source": "default", "case_id": "500Rb0000000001IAA", "asked": NUMBER.encode(), "request_id": "r"}
    ids = [wishes.store({**new, "wish_key": key, "lease": key}, f"+{NUMBER}", 60)[0].id for key in ("done", "open")]
    for wish_id, state in zip(ids, (WishState.REQUESTED, WishState.UNKNOWN), strict=True):
        wishes.change(wish_id, lambda *_, state=state: {"state": state})
    first = desk.run("forget", "030 901820", "--yes")
    left = [wish.asked for wish in wishes.select()]
    second = desk.run("forget", "030 901820", "--also-waiting", "--yes")

    assert [1, 0] == [first.returncode, second.returncode]
    assert [b"", NUMBER.encode()] == left
    assert f"wish {ids[1]} of Case 500Rb0000000001IAA" in first.stdout
    assert [b"", b""] == [wish.asked for wish in wishes.select()]
    assert WishState.DISCARDED is wishes.select()[1].state
