"""The life of a wish: whatever happens, jtel is asked again only when surely nothing was done."""

import pytest

from app.domain.callback_wish import (
    CallbackWish,
    DecideWish,
    WishState,
    accept,
    accept_by_person,
    arrive,
    claim,
    claim_by_person,
    fail,
    give_up,
    lose,
)

NOW = 1_000.0
A, R, E, F, U, D = (
    WishState.ASKING,
    WishState.REQUESTED,
    WishState.EXISTING_EVENT,
    WishState.REFUSED,
    WishState.UNKNOWN,
    WishState.DISCARDED,
)
LEFT = "asking, whose process has died"
# What each event makes of a wish in each state; what is not named leaves it as it is.
TABLE: dict[str, tuple[DecideWish, dict[WishState | str, WishState]]] = {
    "a repeat asks": (claim("new", 20, {}), {F: A}),
    "jtel accepts": (accept("7", updated=False), dict.fromkeys((A, LEFT, R, E, F, U, D), R)),
    "jtel updates": (accept("7", updated=True), dict.fromkeys((A, LEFT, R, E, F, U, D), E)),
    "jtel refuses": (fail("old", "jtel_failed", "No.", unknown=False), {A: F, LEFT: F, U: U}),
    "no answer": (fail("old", "jtel_timeout", "No.", unknown=True), {A: U, LEFT: U, U: U}),
    "another's refusal": (fail("other", "jtel_failed", "No.", unknown=False), {}),
    "its process has died": (lose("wish_unanswered", "Lost."), {LEFT: U}),
    "its callback arrives": (arrive("7"), {A: R, LEFT: R, U: R, R: R, E: E, F: F, D: D}),
    "a person names the event": (accept_by_person("7"), {LEFT: R, U: R}),
    "a person asks again": (claim_by_person("new", 20), {LEFT: A, U: A}),
    "a person gives up": (give_up, {LEFT: D, U: D, F: D}),
}


def wish(state: WishState | str) -> CallbackWish:
    until = NOW + 10 if state is A else NOW - 10 if state == LEFT else None
    really = A if isinstance(state, str) else state
    return CallbackWish(1, "default", "500", really, None, None, None, "old", until, "r", 1.0, None, None, None)


@pytest.mark.parametrize("event", TABLE)
@pytest.mark.parametrize("state", [*WishState, LEFT], ids=str)
def test_table(event: str, state: WishState | str) -> None:
    """Each event makes of each state what the table says, and nothing of the others."""
    decide, following = TABLE[event]
    change = decide(wish(state), NOW) or {}

    assert following.get(state) == change.get("state", following.get(state) if change else None)


def test_only_surely_undone_is_asked_again() -> None:
    """Only a repeat of what was refused, and a person, lease a wish anew."""
    claims = {name: decide for name, (decide, following) in TABLE.items() if A in following.values()}

    assert {"a repeat asks", "a person asks again"} == set(claims)
    assert [F] == [state for state in WishState if claims["a repeat asks"](wish(state), NOW)]


def test_late_refusal_stays_with_a_person() -> None:
    """Who was told `unknown` does not ask again: the wish stays open, and says why."""
    change = fail("old", "jtel_failed", "No.", unknown=False)(wish(U), NOW)

    assert {"reason": "jtel_failed", "message": "No."} == change
