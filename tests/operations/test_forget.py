"""What is stored of a caller goes, and what is needed stays, on both databases."""

import pytest

from app.domain.entry import Entry, State
from app.ledger.wishes import Wishes
from app.operations.forget import Forget, Forgetting
from app.operations.forget_caller import ForgetCaller, SoughtCaller
from tests.support.desk import NUMBER, Desk

OTHER = "4930901821"
ENDED = (State.DELIVERED, State.REFUSED, State.FAILED, State.INVALID, State.DISCARDED)


def mentioned(desk: Desk, *sources: str) -> list[Entry]:
    """The entries that hold the caller's number."""
    caller = SoughtCaller.of(NUMBER, desk.config.sources.values(), desk.ledger.codec, sources)
    forgetting = ForgetCaller(desk.ledger, Wishes(desk.ledger.database, desk.ledger.codec), Forget(desk.ledger, None))
    return list(forgetting.find(caller).entries)


def test_finds_the_caller_and_who_names_him(desk: Desk) -> None:
    """Found are the caller's callbacks, those that name the number anywhere, and what was invalid."""
    own = desk.add(State.DELIVERED)
    named = desk.add(State.DELIVERED, {"Caller": OTHER, "Body": "My colleague has 030 / 90 18 20"})
    another = desk.add(State.DELIVERED, {"Caller": NUMBER, "CallbackNumber": OTHER})
    invalid = desk.add_invalid(b"Caller=%2B49+30+901820")
    elsewhere = desk.add(State.DELIVERED, source="berlin-2")
    desk.add(State.DELIVERED, {"Caller": OTHER})

    assert [own.id, named.id, another.id, invalid.id, elsewhere.id] == [one.id for one in mentioned(desk)]
    assert [elsewhere.id] == [one.id for one in mentioned(desk, "berlin-2")]


@pytest.mark.parametrize("state", ENDED)
def test_removes_what_has_ended(desk: Desk, state: State) -> None:
    """What has ended loses its payload at once and is not found any more; its skeleton stays."""
    entry = desk.add(state)

    assert Forgetting.REMOVED is Forget(desk.ledger, None).run(entry)

    skeleton = desk.now(entry)
    assert (b"", b"", state, entry.external_id) == (skeleton.body, skeleton.query, skeleton.state, skeleton.external_id)
    assert [] == mentioned(desk)


def test_leaves_what_is_needed(desk: Desk) -> None:
    """What waits is needed for its delivery, and what is being attempted is in use: both are left, and it is said."""
    waiting, leased, died = desk.add(), desk.lease(desk.add(), 60), desk.lease(desk.add(), -60)
    forget = Forget(desk.ledger, None)

    fates = [forget.run(one) for one in (waiting, leased, died)]

    assert [Forgetting.WAITS, Forgetting.LEASED, Forgetting.WAITS] == fates
    assert 3 == len(mentioned(desk))


def test_taken_up_just_now(desk: Desk) -> None:
    """What an attempt takes between the look and the removal keeps its payload."""
    entry = desk.add(State.FAILED)
    desk.lease(entry, 60)

    assert Forgetting.LEASED is Forget(desk.ledger, None).run(entry)
    assert desk.now(entry).body
