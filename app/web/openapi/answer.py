"""What Ringback answers, and what stands in it as JSON Schema. `app.web.answers` makes the answers."""

from collections.abc import Mapping
from typing import Any

from apispec import APISpec

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
        "caseId": _text("The Case in Salesforce."),
        "caseNumber": _text("Its number, as people see it."),
        "object": _text("What the record is, if it is no Case."),
        "recordId": _text("The record in Salesforce, if it is no Case."),
        "dropped": _text("Fields that Salesforce would not take, with commas between them."),
        "acdEventsId": {"type": ["integer", "string"], "description": "jtel's id of the event: a number where it can."},
        "rule": _text("The rule that took the callback."),
        "sandbox": {"type": "boolean", "description": "True when no Case reaches an org."},
        "requestId": _text("Names this request in the log."),
    },
}

# What is answered; the texts are those of docs/reasons.md, in short.
_ANSWERS: Mapping[str, tuple[str, tuple[Status, ...]]] = {
    "Owned": (
        "Ringback owns the callback.",
        (Status.CREATED, Status.EXISTING, Status.UPDATED, Status.QUEUED, Status.DISCARDED, Status.SKIPPED),
    ),
    "NotOwned": (
        "Ringback does nothing more by itself; `reason` and `message` say who acts.",
        (Status.REFUSED, Status.INVALID),
    ),
    "Ready": ("They are.", (Status.READY,)),
    "NotReady": ("Something came by GET that belongs into a POST.", (Status.INVALID,)),
    "Noted": ("Noted, or there was nothing to note.", (Status.NOTED, Status.NOTHING_OPEN)),
    "NotedOrReady": (
        "The same; `ready` where nothing is asked.",
        (Status.NOTED, Status.NOTHING_OPEN, Status.READY),
    ),
    "NotNoted": ("Nothing was noted; `reason` and `message` say who acts.", (Status.INVALID, Status.REFUSED)),
    "Asked": (
        "What became of it; `unknown` is a person's matter and not sent again.",
        (Status.REQUESTED, Status.EXISTING_EVENT, Status.UNKNOWN, Status.DISCARDED),
    ),
    "NotAsked": (
        "jtel has not been asked, or has refused; it may be asked again.",
        (Status.REFUSED, Status.INVALID),
    ),
    "Unauthorized": ("The credentials are wrong, or there is no such source.", (Status.UNAUTHORIZED,)),
}


def add_answers(spec: APISpec) -> None:
    """Adds them by these names: each stands once, whatever gives it."""
    spec.components.schema("Answer", dict(ANSWER))
    for name, (description, statuses) in _ANSWERS.items():
        narrowed = {"type": "object", "properties": {"status": {"enum": [one.value for one in statuses]}}}
        schema = {"allOf": [{"$ref": "#/components/schemas/Answer"}, narrowed]}
        spec.components.response(
            name, {"description": description, "content": {"application/json": {"schema": schema}}}
        )
