"""What `ringback send` has sent from this folder, so that the same can be sent again."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.disk import DATA, make_private, make_private_folder

FILE = DATA / "sent.json"
# Of the files that were sent last.
_MOST = 500


@dataclass
class SentBefore:
    """`files` or the `fields` of a made-up callback are what was sent last, to `source` in `form`.

    `moved` says, by callback, by how many seconds its times were moved when it was sent for the first time. No payload
    is kept, since it may be somebody's.
    """

    source: str = ""
    form: str | None = None
    files: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    moved: dict[str, float] = field(default_factory=dict)

    def shift(self, callback: str, age: Callable[[], timedelta | None]) -> timedelta:
        """By how much the times of this callback are to be moved: as before, lest it becomes another one."""
        if callback not in self.moved:
            self.moved[callback] = (age() or timedelta()).total_seconds()
        return timedelta(seconds=self.moved[callback])

    def keep(self) -> None:
        """On the disk, if it can be written."""
        self.moved = dict(list(self.moved.items())[-_MOST:])
        with suppress(OSError):
            make_private_folder(DATA)
            make_private(FILE)
            FILE.write_text(json.dumps(asdict(self)), encoding="utf-8")


def sent_before() -> SentBefore:
    """What was kept; nothing where nothing was."""
    with suppress(OSError, ValueError, TypeError):
        return SentBefore(**json.loads(Path(FILE).read_text(encoding="utf-8")))
    return SentBefore()
