"""What can go wrong on the way to Salesforce and back, and in its answers, as reasons with a fix."""

import re
from typing import Any

import requests
from simple_salesforce.exceptions import SalesforceError
from urllib3.exceptions import MaxRetryError, NewConnectionError

from app.crm.case import CASE
from app.crm.salesforce.culprits import culprits
from app.crm.salesforce.error_table import (
    BY_CODE,
    BY_STATUS,
    FAILED,
    NOT_UNDERSTOOD,
    REFUSED,
    SEVERAL,
    VERSION_RETIRED,
    Row,
)
from app.crm.salesforce.faults import Fault, faults_of
from app.crm.salesforce.sent import SentRecord
from app.crm.salesforce.too_long import guessed, too_long
from app.domain.errors import CrmError
from app.domain.labels import without_labels
from app.domain.reasons import Reason, Scope
from app.observability.quotes import BLANK, without_quotes

# A terminal would obey them.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_SAID_LIMIT = 200
_OBJECT_IN_MESSAGE = re.compile(r"sObject type '(\w+)'")
_SERVER_ERROR = 500
_SEVERAL_FOUND = 300
_RETIRED = 410
_COMPOSITE = "composite"
# Every version of the API has these.
_ALWAYS_THERE = (_COMPOSITE, "composite/sobjects", "query")
_CANNOT_WRITE = ("INVALID_FIELD", "INVALID_FIELD_FOR_INSERT_UPDATE")
# Of other troubles no field is the cause, whatever Salesforce names.
_OF_THE_RECORD = (Scope.CALLBACK, Scope.RULE)


def refusal(status: int, body: Any, external_id_field: str, sent: SentRecord | None = None) -> CrmError:
    """The error for what Salesforce says of one record: in its own result, or where it alone was asked for.

    It is told by the error code, since sources differ on the status. The first fault decides what to do about it; the
    message and the fields are those of all. Without `sent` the fields are named as Salesforce names them.
    """
    faults = faults_of(body) or [Fault("")]
    if any(external_id_field in fault.fields and fault.code in _CANNOT_WRITE for fault in faults):
        return CrmError(
            Reason.EXTERNAL_ID_MISSING,
            _without_external_id(external_id_field, sent),
            code=faults[0].code,
        )
    rows = [_row_for(status, fault, REFUSED if fault.code else NOT_UNDERSTOOD) for fault in faults]
    told = (_sentence(row, status, fault, sent) for row, fault in zip(rows, faults, strict=True))
    error = CrmError(
        rows[0].reason,
        " ".join(dict.fromkeys(told)),
        outcome_unknown=rows[0].outcome_unknown,
        code=faults[0].code,
        fields=_fields(faults, sent) if rows[0].reason.scope in _OF_THE_RECORD else (),
        too_long=too_long(faults, sent) if sent is not None else {},
    )
    error.guessed = guessed(faults, sent) if sent is not None else frozenset()
    return error


def _without_external_id(name: str, sent: SentRecord | None) -> str:
    if sent is None or sent.object == CASE:
        said = f"The org does not let us write {name}, without which callbacks would double."
        return f"{said} Deploy the metadata in salesforce/ and assign the permission set Ringback to the user."
    return (
        f"The org does not let us write {sent.object}.{name}, without which callbacks would double. Its admin makes "
        f"this field of {sent.object} (Text, 80, Unique, case-sensitive, External ID) and gives the user Edit Access."
    )


def answer_error(status: int, body: Any, external_id_field: str) -> CrmError:
    """The error for the answer to one question, asked alone or as a part of a composite call."""
    fault = _first(body)
    if fault.code in BY_CODE:
        return refusal(status, body, external_id_field)
    if status == _SEVERAL_FOUND:
        return _of_call(SEVERAL, status, fault)
    return _of_call(_row_for(status, fault, NOT_UNDERSTOOD), status, fault)


def call_error(status: int, body: Any, external_id_field: str, resource: str, *, writes: bool = False) -> CrmError:
    """The error for the answer to a call of this resource ("composite", "query", "sobjects/Case/…").

    What a composite call as a whole is refused with says nothing of the records in it, whatever its code. Of records
    that were sent otherwise (`writes`) only Salesforce's own form of refusal speaks, and no object of a proxy's.
    """
    fault = _first(body)
    if _is_retired(status, body, fault) or (fault.code == "NOT_FOUND" and resource in _ALWAYS_THERE):
        return _of_call(VERSION_RETIRED, status, fault)
    if resource != _COMPOSITE and (isinstance(body, list) or not writes):
        return answer_error(status, body, external_id_field)
    row = _row_for(status, fault, NOT_UNDERSTOOD)
    return _of_call(NOT_UNDERSTOOD if row.reason.scope in _OF_THE_RECORD else row, status, fault)


def _is_retired(status: int, body: Any, fault: Fault) -> bool:
    """Salesforce's 410 has a code, GONE or such; a page of a proxy has none."""
    return status == _RETIRED and isinstance(body, list) and fault.code not in ("", *BY_CODE)


def _of_call(row: Row, status: int, fault: Fault) -> CrmError:
    said = _sentence(row, status, fault, None)
    return CrmError(row.reason, said, outcome_unknown=row.outcome_unknown, code=fault.code)


def _first(body: Any) -> Fault:
    return next(iter(faults_of(body)), Fault(""))


def session_refused() -> CrmError:
    """Salesforce gives sessions and does not take them."""
    return refusal(401, [{"errorCode": "INVALID_SESSION_ID"}], "")


def _fields(faults: list[Fault], sent: SentRecord | None) -> tuple[str, ...]:
    if sent is not None:
        return culprits(faults, sent)
    return tuple(dict.fromkeys(name for fault in faults for name in fault.fields))


def _row_for(status: int, fault: Fault, otherwise: Row) -> Row:
    for row in BY_CODE.get(fault.code, ()):
        if row.when.lower() in fault.message.lower():
            return row
    return FAILED if status >= _SERVER_ERROR else BY_STATUS.get(status, otherwise)


def _sentence(row: Row, status: int, fault: Fault, sent: SentRecord | None) -> str:
    names = fault.fields or (culprits([fault], sent) if sent else ())
    fields = ", ".join(names) or "a field"
    setting = ", ".join(f"fields.{name}" for name in names) or "the field"
    # Only what an admin wrote is repeated: Salesforce's own texts quote values of the caller.
    said = _without_values(" ".join(_CONTROLS.sub(" ", fault.message).split()), sent)[:_SAID_LIMIT]
    code = fault.code or f"HTTP {status}"
    return row.message.format(fields=fields, setting=setting, said=said, code=code, object=_object(fault, sent))


def _object(fault: Fault, sent: SentRecord | None) -> str:
    named = _OBJECT_IN_MESSAGE.search(fault.message)
    return named[1] if named else sent.object if sent else "what was asked for"


def _without_values(message: str, sent: SentRecord | None) -> str:
    """What an admin wrote in Apex may quote the record as well; nothing where it is not known what it may quote."""
    if sent is None:
        return BLANK
    values = (str(value) for value in sent.fields.values() if not isinstance(value, bool))
    return without_quotes(message, map(without_labels, values))


def error_of(error: Exception, external_id_field: str, resource: str, *, writes: bool) -> CrmError:
    """The error for anything that simple-salesforce or requests raises in a call that may have written."""
    if isinstance(error, SalesforceError):
        return call_error(int(error.status), error.content, external_id_field, resource, writes=writes)
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
            "Salesforce did not answer in time. Trying again is safe: no second Case comes of it.",
            outcome_unknown=written,
            code=name,
        )
    if isinstance(error, (requests.ConnectTimeout, requests.exceptions.ProxyError)) or _not_connected(error):
        return CrmError(
            Reason.CRM_UNREACHABLE,
            f"No connection to Salesforce ({name}), so nothing was written. Check SALESFORCE_DOMAIN and the network, "
            "then try again.",
            code=name,
        )
    return CrmError(
        Reason.CRM_CONNECTION_LOST,
        "The connection to Salesforce broke during the call. Trying again is safe: no second Case comes of it.",
        outcome_unknown=written,
        code=name,
    )


def _not_connected(error: requests.RequestException) -> bool:
    if isinstance(error, requests.exceptions.SSLError):
        return "CERTIFICATE_VERIFY_FAILED" in str(error)
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    return isinstance(reason, NewConnectionError)
