"""What a look-up of a ref comes to."""

from dataclasses import dataclass

from app.domain.reasons import Reason


@dataclass(frozen=True)
class Known:
    """Exactly one was found."""

    id: str


@dataclass(frozen=True)
class Missing:
    """None or several were found, or the org does not let us look. `said` is a sentence with the fix."""

    reason: Reason
    said: str


Answer = Known | Missing
