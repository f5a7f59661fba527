"""What an attempt has sent, as bytes for the ledger and back."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.crm.case import COMMENT, COMMENT_BODY
from app.domain.errors import RingbackError
from app.domain.record import Written
from app.mapping.described import written


@dataclass(frozen=True)
class KeptRecord:
    """The values as JSON, refs as in the YAML. `left_out` are those of the fields that it lacks for a reason.

    `cut` says how many characters a text had that was shortened. `there` says that the record was in the CRM already,
    from an earlier attempt, so that this one was not taken.
    """

    object: str
    fields: Mapping[str, Any]
    left_out: Mapping[str, Any] = field(default_factory=dict)
    cut: Mapping[str, int] = field(default_factory=dict)
    there: bool = False

    @property
    def is_comment(self) -> bool:
        """Whether it is no record of its own, but a comment on one."""
        return self.object == COMMENT

    @property
    def comment(self) -> str | None:
        """The text of the comment, if it is one."""
        return str(self.fields.get(COMMENT_BODY, "")) if self.is_comment else None


def pack(result: Written | RingbackError) -> bytes | None:
    """What the attempt with this result has sent last; nothing if nothing was sent."""
    sent = result.sent
    if sent is None:
        return None
    record = sent.record
    there = isinstance(result, Written) and not result.created and record.object != COMMENT
    parts: dict[str, Any] = {
        "object": record.object,
        "fields": dict(record.fields),
        "left_out": dict(sent.left_out),
        "cut": dict(record.cut),
        "there": there,
    }
    return json.dumps({name: part for name, part in parts.items() if part}, default=written).encode()


def unpack(packed: bytes) -> KeptRecord:
    """What was sent. Raises `ValueError` if these are no bytes of `pack`."""
    try:
        return KeptRecord(**json.loads(packed))
    except TypeError as error:
        raise ValueError("what was sent cannot be read") from error
