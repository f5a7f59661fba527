"""What can go wrong on the way to Salesforce and back, and in its answers, as reasons with a fix."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import requests
from simple_salesforce.exceptions import SalesforceError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from app.crm.salesforce.error_table import BY_CODE, BY_STATUS, Row
from app.domain.errors import CrmError
from app.domain.reasons import Reason

_COLUMN = re.compile(r"No such column '([^']+)'")
_LONG_DIGITS = re.compile(r"\d{5,}")
_SAID_LIMIT = 200


@dataclass(frozen=True)
class Fault:
    """One error as Salesforce tells it. `fields` may be empty even where a field is at fault."""

    code: str
    message: str = ""
    fields: Sequence[str] = field(default_factory=tuple)


def faults_of(body: Any) -> list[Fault]:
    """The errors in an answer's body: an array, or for some resources a single object."""
    items = body if isinstance(body, list) else [body]
    return [_fault_of(item) for item in items if isinstance(item, Mapping)]


def _fault_of(item: Mapping[str, Any]) -> Fault:
    # Collections say statusCode where all others say errorCode.
    code = str(item.get("errorCode") or item.get("statusCode") or "")
    fields = item.get("fields")
    named = [str(name) for name in fields] if isinstance(fields, list) else []
    message = str(item.get("message") or "")
    return Fault(code, message, tuple(named or _COLUMN.findall(message)))


def refusal(status: int, body: Any, external_id_field: str) -> CrmError:
    """The error for an answer that is no success. It is told by the error code, since sources differ on the status."""
    faults = faults_of(body)
    fault = faults[0] if faults else Fault("")
    if external_id_field in fault.fields and fault.code in ("INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE"):
        return CrmError(
            Reason.EXTERNAL_ID_MISSING,
            f"The org does not let us write {external_id_field}, without which callbacks would double. Deploy the "
            "metadata in salesforce/ and assign the permission set Ringback to the user.",
            code=fault.code,
        )
    row = _row_for(status, fault)
    return CrmError(
        row.reason,
        _sentence(row, status, fault),
        outcome_unknown=row.outcome_unknown,
        code=fault.code,
        fields=tuple(dict.fromkeys(name for one in faults for name in one.fields)),
    )


def _row_for(status: int, fault: Fault) -> Row:
    for row in BY_CODE.get(fault.code, ()):
        if row.when.lower() in fault.message.lower():
            return row
    if status in BY_STATUS:
        return BY_STATUS[status]
    return BY_STATUS[500] if status >= 500 else BY_STATUS[400]


def _sentence(row: Row, status: int, fault: Fault) -> str:
    fields = ", ".join(fault.fields) or "a field"
    setting = f"fields.{fault.fields[0]}" if fault.fields else "the field"
    # Only what an admin wrote is repeated: Salesforce's own texts quote values of the caller.
    said = _LONG_DIGITS.sub("…", " ".join(fault.message.split()))[:_SAID_LIMIT]
    code = fault.code or f"HTTP {status}"
    return row.message.format(fields=fields, setting=setting, said=said, code=code)


def error_of(error: Exception, external_id_field: str) -> CrmError:
    """The error for anything that simple-salesforce or requests raises in a call that may have written."""
    if isinstance(error, SalesforceError):
        return refusal(int(error.status), error.content, external_id_field)
    if isinstance(error, requests.JSONDecodeError):
        return unreadable("call", outcome_unknown=True)
    if isinstance(error, requests.RequestException):
        return network_error(error, written=True)
    return unreadable("call", outcome_unknown=True)


def unreadable(what: str, *, outcome_unknown: bool) -> CrmError:
    """The answer is not what Salesforce documents: a page of a proxy, half a body."""
    return CrmError(
        Reason.CRM_ANSWER_UNREADABLE,
        f"Salesforce's answer to the {what} is not the JSON that it documents. If it stays, look for a proxy or a "
        "maintenance page between Ringback and Salesforce.",
        outcome_unknown=outcome_unknown,
    )


def network_error(error: requests.RequestException, *, written: bool) -> CrmError:
    """The connection did not come about, broke or was silent. `written` says whether the call would have written."""
    name = type(error).__name__
    if isinstance(error, requests.Timeout) and not isinstance(error, requests.ConnectTimeout):
        return CrmError(
            Reason.CRM_TIMEOUT,
            "Salesforce did not answer in time. Send the callback again: no second Case comes of it.",
            outcome_unknown=written,
            code=name,
        )
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)) or _not_connected(error):
        return CrmError(
            Reason.CRM_UNREACHABLE,
            f"No connection to Salesforce ({name}), so nothing was written. Check SALESFORCE_DOMAIN and the network, "
            "then send the callback again.",
            code=name,
        )
    return CrmError(
        Reason.CRM_CONNECTION_LOST,
        "The connection to Salesforce broke during the call. Send the callback again: no second Case comes of it.",
        outcome_unknown=written,
        code=name,
    )


def _not_connected(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)
