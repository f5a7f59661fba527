"""Wishes are kept, purged, forgotten and encrypted like callbacks."""

import re
from typing import Any

import pytest
from cryptography.fernet import Fernet

from app.domain.callback_wish import CallbackWish, WishState
from app.ledger.codec import Codec
from app.ledger.ledger import Ledger
from app.ledger.resealing import count_others
from app.ledger.seal import Seal
from app.ledger.wishes import Wishes
from app.operations.forget import Forgetting
from app.operations.purge import DAY, Keep, Purge
from app.operations.rekey import encrypt_anew
from app.operations.way_back.keeping import forget_wish, wishes_of_caller
from tests.support.desk import NUMBER, Desk

ASKED = b'{"number": "+4930901820", "subject": "An offer"}'
ENDED = (WishState.REQUESTED, WishState.EXISTING_EVENT, WishState.REFUSED, WishState.DISCARDED)


@pytest.fixture
def wishes(desk: Desk) -> Wishes:
    return Wishes(desk.ledger.database, desk.ledger.codec)


def add(wishes: Wishes, state: WishState, age: float = 0.0, **changes: Any) -> CallbackWish:
    """A wish in this state; `age` is in seconds."""
    key = f"{len(wishes.select())}"
    new = {"source": "default", "case_id": "500", "wish_key": key, "request_id": "r", "lease": "l", "asked": ASKED}
    stored, _ = wishes.store({**new, **changes}, f"+{NUMBER}", 60)
    received = stored.received_at - age
    changed = wishes.change(stored.id, lambda *_: {"state": state, "received_at": received, "lease_until": None})
    assert changed is not None
    return changed


def now(wishes: Wishes, wish: CallbackWish) -> CallbackWish | None:
    return wishes.get(wish.id)


@pytest.mark.parametrize(("state", "days"), [*((state, 30) for state in ENDED), (WishState.UNKNOWN, 90)])
def test_purge(desk: Desk, wishes: Wishes, state: WishState, days: int) -> None:
    """What was asked for goes when its time is over, later where a person has to act; the skeleton stays."""
    old, young = add(wishes, state, days * DAY + 60), add(wishes, state, days * DAY - 60)
    purge = Purge(desk.ledger, Keep())

    assert 1 == purge.plan().wishes == purge.run().wishes
    skeleton, kept = now(wishes, old), now(wishes, young)
    assert skeleton is not None
    assert (b"", state) == (skeleton.asked, skeleton.state)
    assert kept is not None
    assert ASKED == kept.asked
    assert 0 == purge.run().total


def test_whole_wishes_go(desk: Desk, wishes: Wishes) -> None:
    """After two years nothing is left."""
    old = [add(wishes, state, 731 * DAY) for state in (*ENDED, WishState.UNKNOWN)]

    assert len(old) == Purge(desk.ledger, Keep()).run().wishes
    assert [] == wishes.select()


def test_what_is_being_asked_stays(desk: Desk, wishes: Wishes) -> None:
    """However short things are kept: who asks jtel just now finds his wish again."""
    add(wishes, WishState.ASKING)
    wishes.change(1, lambda _, at: {"lease_until": at + 60})

    assert 0 == Purge(desk.ledger, Keep(0.0, 0.0, 0.0)).run().wishes
    assert 1 == len(wishes.select())


def test_forget(wishes: Wishes) -> None:
    """The caller's wishes are found by number and by text, and lose what was asked for."""
    by_number = add(wishes, WishState.REQUESTED)
    by_text = add(wishes, WishState.REFUSED, asked=b'{"body": "Call 030 901820"}')
    other = add(wishes, WishState.REQUESTED, asked=b"{}")
    wishes.change(by_text.id, lambda *_: {"number_index": None})
    wishes.change(other.id, lambda *_: {"number_index": None})
    number = wishes.codec.number(f"+{NUMBER}") or ""

    found = wishes_of_caller(wishes, (), [number], [re.compile("030 901820")])

    assert [by_number.id, by_text.id] == [one.id for one in found]
    assert {Forgetting.REMOVED} == {forget_wish(wishes, one, discard=False) for one in found}
    assert [b"", b"", b"{}"] == [one.asked for one in wishes.select()]
    assert [] == wishes.of_callback("default", "7", f"+{NUMBER}")


def test_forget_what_is_open(wishes: Wishes) -> None:
    """What a person has to look at is left, unless it is to be discarded."""
    open_wish = add(wishes, WishState.UNKNOWN)

    assert Forgetting.WISH_OPEN is forget_wish(wishes, open_wish, discard=False)
    assert Forgetting.REMOVED is forget_wish(wishes, open_wish, discard=True)
    after = now(wishes, open_wish)
    assert after is not None
    assert (WishState.DISCARDED, b"") == (after.state, after.asked)


def test_rekey(desk: Desk) -> None:
    """What was stored plain, or with an older key, is encrypted with the first one."""
    database, keys = desk.ledger.database, [Fernet.generate_key().decode() for _ in range(2)]
    plain = Wishes(database, Codec(b"key"))
    old = Wishes(database, Codec(b"key", Seal(keys[1:])))
    both = Codec(b"key", Seal(keys))
    add(plain, WishState.REQUESTED)
    add(old, WishState.REQUESTED)
    ledger = Ledger(database, both)

    assert 2 == count_others(ledger.database, ledger.codec)
    assert 0 == encrypt_anew(ledger, lambda _: None)
    newest = Wishes(database, Codec(b"key", Seal(keys[:1])))
    assert [ASKED, ASKED] == [one.asked for one in newest.select()]
