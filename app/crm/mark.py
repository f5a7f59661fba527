"""What tells a comment from all others."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Mark:
    """A line of its own, which nobody can guess; a comment ends with it.

    `older` is what an older Ringback may have ended the comment with. It can be guessed, so it counts only where no
    text of a caller can stand: in the last line.
    """

    line: str
    older: str | None = None

    def is_in(self, comment: str) -> bool:
        """Whether the comment has it."""
        lines = [line.strip() for line in comment.strip().splitlines()]
        return self.line in lines or (self.older is not None and lines[-1:] == [self.older])
