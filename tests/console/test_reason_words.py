"""Every reason is said in words."""

from app.console.reason_words import WORDS
from app.domain.reasons import Reason


def test_every_reason_has_words() -> None:
    """Else the pages that show a callback with it would break."""
    assert set(Reason) == set(WORDS)
