"""Errors as Salesforce answers them: a JSON array of `message`, `errorCode` and `fields`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Detail:
    """One element of an error body."""

    code: str
    message: str
    fields: Sequence[str] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    def as_error(self) -> dict[str, Any]:
        """The form of most resources: the key is `errorCode`, `fields` may be missing."""
        body: dict[str, Any] = {"message": self.message, "errorCode": self.code}
        if self.fields is not None:
            body["fields"] = list(self.fields)
        return {**body, **self.extra}

    def as_result(self) -> dict[str, Any]:
        """The form of sObject Collections: the key is `statusCode`, `fields` is always there."""
        body = {"statusCode": self.code, "message": self.message, "fields": list(self.fields or [])}
        return {**body, **self.extra}


class SalesforceError(Exception):
    """What Salesforce refuses a call with: an HTTP status and one or more details."""

    def __init__(self, status: int, *details: Detail) -> None:
        super().__init__(details[0].message)
        self.status = status
        self.details = details

    @property
    def code(self) -> str:
        return self.details[0].code

    def body(self) -> list[dict[str, Any]]:
        return [detail.as_error() for detail in self.details]

    def results(self) -> list[dict[str, Any]]:
        return [detail.as_result() for detail in self.details]


def error(status: int, code: str, message: str, fields: Sequence[str] | None = None) -> SalesforceError:
    return SalesforceError(status, Detail(code, message, fields))


def not_found(message: str = "The requested resource does not exist") -> SalesforceError:
    return error(404, "NOT_FOUND", message)


def no_such_column(field_name: str, object_name: str) -> SalesforceError:
    return error(400, "INVALID_FIELD", f"No such column '{field_name}' on sobject of type {object_name}")


def not_writable(field_names: Sequence[str]) -> SalesforceError:
    names = ", ".join(field_names)
    message = (
        f"Unable to create/update fields: {names}. Please check the security settings of this field and "
        "verify that it is read/write for your profile or permission set."
    )
    return error(400, "INVALID_FIELD_FOR_INSERT_UPDATE", message, field_names)


def cross_reference(status: int = 400) -> SalesforceError:
    return error(status, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", [])


def deleted(status: int = 400) -> SalesforceError:
    return error(status, "ENTITY_IS_DELETED", "entity is deleted", [])


def bad_json(message: str) -> SalesforceError:
    return error(400, "JSON_PARSER_ERROR", message)


def session_invalid(message: str = "Session expired or invalid") -> SalesforceError:
    return error(401, "INVALID_SESSION_ID", message)
