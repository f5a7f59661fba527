"""The table of reasons."""

import re

import pytest

from app.domain.reasons import Reason, Scope, Tells


def test_words_are_different():
    """No word stands for two reasons, or an enum would quietly make one of them."""
    assert len(Reason.__members__) == len({reason.word for reason in Reason})


def test_words_are_machine_words():
    """A word can be a metric's label, and is the member's own name."""
    for reason in Reason:
        assert re.fullmatch(r"[a-z][a-z_]*[a-z]", reason.word), reason
        assert reason.name.lower() == reason.word


@pytest.mark.parametrize(
    ("scope", "permanent"),
    [
        (Scope.REQUEST, True),
        (Scope.CALLBACK, True),
        (Scope.RULE, False),
        (Scope.ORG, False),
        (Scope.TRANSIENT, False),
    ],
)
def test_only_the_request_and_its_record_are_final(scope, permanent):
    """What the sender or this one record has to change is final; all else may be mended while a callback waits."""
    reasons = [reason for reason in Reason if reason.scope is scope]

    assert reasons
    assert {permanent} == {reason.permanent for reason in reasons}


def test_what_pauses_all_is_probed():
    """What tells that the CRM is away or closed passes or is mended without the callback, so it is never final."""
    for reason in Reason:
        if reason.tells in (Tells.AWAY, Tells.CLOSED):
            assert not reason.permanent, reason
            assert reason.scope in (Scope.ORG, Scope.TRANSIENT), reason
        assert reason.probe_seconds > 0, reason


def test_found_by_its_word():
    """The word alone, as the ledger keeps it, leads back to the reason."""
    assert list(Reason) == [Reason.of(reason.word) for reason in Reason]


@pytest.mark.parametrize("word", [None, "", "a_reason_of_tomorrow"])
def test_words_that_mean_nothing(word):
    """A word that is not known, as that of a newer Ringback, is no reason and no error."""
    assert Reason.of(word) is None
