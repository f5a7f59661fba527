"""Who asked for what is done with a callback."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AskedFor:
    """`by` is the name of a user of the console; none at the command line. `note` is why, in that person's words."""

    by: str | None = None
    note: str | None = None


NOBODY = AskedFor()
