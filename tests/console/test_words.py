"""Each stable word has words for people."""

from collections.abc import Callable

import pytest
from flask import Flask

from app.console.reason_words import reason_words
from app.console.state_words import moment_words, note_words, state_words, wish_words
from app.domain.callback_wish import WishState
from app.domain.entry import State
from app.domain.reasons import Reason
from app.domain.served_call import CaseNote

Words = Callable[[str], str]


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_has_words(reason: Reason) -> None:
    with Flask(__name__).test_request_context():
        assert " " in reason_words(reason.word)


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (state_words, [one.value for one in State]),
        (wish_words, [one.value for one in WishState]),
        (note_words, [one.value for one in CaseNote]),
        (
            moment_words,
            ["received", "attempt", "delivered", "edited", "discarded", "gave up", "skipped", "payload removed"],
        ),
    ],
)
def test_each_state_is_said_in_german(words: Words, known: list[str]) -> None:
    """None of them is left in English, and what this Ringback does not know stays as it is."""
    with Flask(__name__).test_request_context(headers={"Accept-Language": "de"}):
        assert all(words(one) != one for one in known)
        assert "of a newer Ringback" == words("of a newer Ringback")
