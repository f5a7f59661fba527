"""What somebody may see of a callback: numbers are masked and raw payloads hidden until an operator reveals them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from app.console.values import value_as_text
from app.domain.harmless import harmless
from app.domain.record_ids import record_id_spellings
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
        said = harmless(value.isoformat(" ", "seconds") if isinstance(value, datetime) else value_as_text(value))
        # An id has many digits, and is no number.
        is_id = record_id_spellings(said) and not said.isdigit()
        if self.revealed is not Revealed.NOTHING or is_id:
            return said
        return mask_text(said)

    @property
    def raw(self) -> bool:
        """Whether the payload is shown as it came."""
        return self.revealed is Revealed.RAW
