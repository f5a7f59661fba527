"""What somebody may see of a callback: numbers are masked and raw payloads hidden until an operator reveals them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from app.domain.harmless import harmless
from app.domain.record_ids import record_id_spellings
from app.mapping.summary import duration
from app.observability.masking import mask_text


class Revealed(Enum):
    """What is revealed, for one answer only."""

    NOTHING = "nothing"
    NUMBERS = "numbers"
    RAW = "raw"  # with the numbers in it


@dataclass(frozen=True)
class Shown:
    """Texts for the page. Whatever a caller wrote, it is text that steers nothing."""

    revealed: Revealed = Revealed.NOTHING

    def text(self, value: Any) -> str:
        """A value of a callback or a record."""
        said = harmless(_text(value))
        # An id has many digits, and is no number.
        if self.revealed is not Revealed.NOTHING or record_id_spellings(said):
            return said
        return mask_text(said)

    @property
    def raw(self) -> bool:
        """Whether the payload is shown as it came."""
        return self.revealed is Revealed.RAW


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.isoformat(" ", "seconds")
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, dict):
        # A ref, as the YAML has it.
        return ", ".join(f"{name} {_text(inner)}" for name, inner in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_text, value))
    return str(value)
