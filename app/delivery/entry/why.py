"""Why an entry stands where it stands: the word of the reason, and what was said with it."""

from app.domain.errors import RingbackError


def why(error: RingbackError | None) -> dict[str, str | None]:
    """What the entry keeps of the error; without one it keeps nothing of the last. The two never part."""
    if error is None:
        return {"reason": None, "message": None}
    return {"reason": error.reason.word, "message": error.message}
