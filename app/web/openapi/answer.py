"""What stands in an answer, as JSON Schema. `app.web.answers` makes them."""

from collections.abc import Mapping
from typing import Any

from app.domain.outcome import Status
from app.domain.reasons import Reason


def _text(description: str, **more: Any) -> dict[str, Any]:
    return {"type": "string", "description": description, **more}


# Small and flat, without personal data; what is not known is left out.
ANSWER: Mapping[str, Any] = {
    "type": "object",
    "required": ["requestId", "status"],
    "additionalProperties": False,
    "properties": {
        "status": _text("What became of the callback, or of the call.", enum=[one.value for one in Status]),
        "reason": _text(
            "A word that never changes, when no Case can be named; docs/reasons.md explains each.",
            enum=[one.word for one in Reason],
        ),
        "message": _text("What came, what is wanted, and who has to do what."),
        "caseId": _text("The record in Salesforce."),
        "caseNumber": _text("Its number, as people see it."),
        "dropped": _text("Fields that Salesforce would not take, with commas between them."),
        "acdEventsId": {"type": ["integer", "string"], "description": "jtel's id of the event: a number where it can."},
        "rule": _text("The rule that took the callback."),
        "sandbox": {"type": "boolean", "description": "True when no Case reaches an org."},
        "requestId": _text("Names this request in the log."),
    },
}
