"""`ringback wishes`, as whoever looks into jtel calls it."""

import json

import pytest

from app.domain.callback_wish import CallbackWish, WishState
from app.ledger.wishes import Wishes
from tests.support.desk import NUMBER, Desk
from tests.support.jtel import JtelServer, Told, failure, single

CASE = "500Rb0000000001IAA"
CREATE = "POST /acd/events/create"


def add(desk: Desk, state: WishState, key: str = "k") -> CallbackWish:
    wishes = Wishes(desk.ledger.database, desk.ledger.codec)
    asked = json.dumps({"caseId": CASE, "number": f"+{NUMBER}", "group": "235", "subject": "Offer"}).encode()
    new = {"source": "default", "case_id": CASE, "wish_key": key, "request_id": "r", "lease": "l", "asked": asked}
    stored, _ = wishes.store(new, f"+{NUMBER}", 60)
    changed = wishes.change(stored.id, lambda *_: {"state": state, "reason": "jtel_timeout", "lease_until": 0.0})
    assert changed is not None
    return changed


def now(desk: Desk, wish: CallbackWish) -> CallbackWish:
    found = Wishes(desk.ledger.database, desk.ledger.codec).get(wish.id)
    assert found is not None
    return found


def test_list(desk: Desk) -> None:
    """It shows what waits for a person, also what a process has left behind, and no number."""
    open_wish = add(desk, WishState.UNKNOWN)
    left = add(desk, WishState.ASKING, "l")
    add(desk, WishState.REQUESTED, "m")
    shown, everything = desk.run("wishes", "list"), desk.run("wishes", "list", "--all", "--json")

    assert [str(left.id), str(open_wish.id)] == [line.split()[0] for line in shown.stdout.splitlines()[1:]]
    states = [json.loads(line)["state"] for line in everything.stdout.splitlines()]
    assert ["requested", "unknown", "unknown"] == states
    assert NUMBER not in shown.stdout + everything.stdout


@pytest.mark.parametrize("state", [WishState.UNKNOWN, WishState.ASKING])
def test_there_is_an_event(desk: Desk, state: WishState) -> None:
    """The person names it, and the wish is settled."""
    wish = add(desk, state)
    done = desk.run("wishes", "settle", wish.id, "--event", 4711)

    assert 0 == done.returncode, done.stderr
    assert (WishState.REQUESTED, "4711") == (now(desk, wish).state, now(desk, wish).event_id)
    assert 1 == desk.run("wishes", "settle", wish.id, "--event", 4712).returncode


def test_nobody_needs_it(desk: Desk) -> None:
    """Then nobody asks again."""
    wish = add(desk, WishState.UNKNOWN)

    assert 0 == desk.run("wishes", "settle", wish.id, "--discard").returncode
    assert WishState.DISCARDED is now(desk, wish).state
    assert "No wish waits" in desk.run("wishes", "list").stderr


@pytest.mark.parametrize(
    ("reply", "state", "status"),
    [
        (single({"ID": 4711}), WishState.REQUESTED, 0),
        (failure(400, "No"), WishState.REFUSED, 1),
        (Told(hang_up=True), WishState.UNKNOWN, 1),
    ],
    ids=["made", "refused", "lost again"],
)
def test_asked_again(desk: Desk, reply: Told, state: WishState, status: int) -> None:
    """jtel is asked once more, with what was asked for, and the wish is what becomes of it."""
    wish = add(desk, WishState.UNKNOWN)
    with JtelServer({CREATE: reply}) as jtel:
        done = desk.run("wishes", "settle", wish.id, "--again", "--yes", **jtel.environment)
        asked = [one.body for one in jtel.asked]

    assert status == done.returncode, done.stderr
    assert state is now(desk, wish).state
    assert [("Offer", CASE, NUMBER, 235)] == [
        (one["Subject"], one["UserData"], one["Sender"], one["AcdGroupsID"]) for one in asked
    ]


def test_asks_before_it_asks_again(desk: Desk) -> None:
    """Without a terminal and --yes nothing is done; nor for a wish that is not open, nor without a jtel."""
    wish, settled = add(desk, WishState.UNKNOWN), add(desk, WishState.REQUESTED, "m")
    with JtelServer({CREATE: single({"ID": 4711})}) as jtel:
        unasked = desk.run("wishes", "settle", wish.id, "--again", **jtel.environment)
        not_open = desk.run("wishes", "settle", settled.id, "--again", "--yes", **jtel.environment)
        without = desk.run("wishes", "settle", wish.id, "--again", "--yes", JTEL_URL=jtel.url)
        assert [] == jtel.asked

    assert [2, 1, 1] == [one.returncode for one in (unasked, not_open, without)]
    assert WishState.UNKNOWN is now(desk, wish).state
    assert 2 == desk.run("wishes", "settle", 999, "--discard").returncode
    assert 2 == desk.run("wishes", "settle", wish.id, "--discard", "--again").returncode
