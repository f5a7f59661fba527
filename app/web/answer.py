"""The JSON of an answer: one schema for what is sent and for what `/openapi.json` says of it."""

from typing import Any

from marshmallow import Schema, fields, post_dump, validate

from app.domain.outcome import Status
from app.domain.reasons import Reason
from app.operations.described import as_sent


class IdAsSent(fields.Field[Any]):
    """jtel's id of the event: a number where it is one."""

    def _serialize(self, value: str | None, *_: Any, **__: Any) -> int | str | None:
        return as_sent(value)


class AnswerSchema(Schema):
    """Small and flat, without personal data; what is not known is left out."""

    status = fields.String(
        required=True,
        validate=validate.OneOf([one.value for one in Status]),
        metadata={"description": "What became of the callback."},
    )
    reason = fields.String(
        validate=validate.OneOf([one.word for one in Reason]),
        metadata={
            "description": "A word that never changes, when no Case can be named; docs/reasons.md explains each."
        },
    )
    message = fields.String(metadata={"description": "What came, what is wanted, and who has to do what."})
    case_id = fields.String(data_key="caseId", metadata={"description": "The record in Salesforce."})
    case_number = fields.String(data_key="caseNumber", metadata={"description": "Its number, as people see it."})
    dropped = fields.String(
        metadata={"description": "Fields that Salesforce would not take, with commas between them."}
    )
    event_id = IdAsSent(data_key="acdEventsId", metadata={"description": "jtel's id of the event."})
    rule = fields.String(metadata={"description": "The rule that took the callback."})
    sandbox = fields.Boolean(metadata={"description": "True when no Case reaches an org."})
    request_id = fields.String(
        required=True, data_key="requestId", metadata={"description": "Names this request in the log."}
    )

    @post_dump
    def _leave_out_nothing(self, answer: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {name: value for name, value in answer.items() if value is not None}
