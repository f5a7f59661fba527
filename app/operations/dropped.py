"""What records were made without: why, and who mends it."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.reasons import who_acts
from app.domain.record import Dropped


@dataclass(frozen=True)
class Drop:
    """Fields that were left out for one reason; `who` mends it, `message` is what was said."""

    fields: tuple[str, ...]
    reason: str
    message: str | None

    @property
    def who(self) -> str | None:
        """Who mends it."""
        return who_acts(self.reason)


def drops_by_reason(dropped: Iterable[Dropped]) -> list[Drop]:
    """The same, with the fields together that were left out for the same reason with the same words."""
    fields: dict[tuple[str, str | None], list[str]] = {}
    for one in dropped:
        fields.setdefault((one.reason, one.message), []).append(one.field)
    return [Drop(tuple(names), reason, message) for (reason, message), names in fields.items()]


def who_mends(dropped: Iterable[Dropped]) -> str | None:
    """All who have to act; nobody where nothing was left out."""
    return " and ".join(dict.fromkeys(drop.who for drop in drops_by_reason(dropped) if drop.who)) or None
