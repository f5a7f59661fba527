"""Plain calls, for texts that a composite call would not leave as they are.

The results are in the form that a composite call's parts have, so that whoever reads them need not know the way.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from app.crm.salesforce.client import Client, answer_to, results_of
from app.crm.salesforce.numbers import NUMBER_FIELDS, number_reads
from app.crm.salesforce.sent import SentRecord
from app.domain.errors import CrmError
from app.domain.reasons import Scope
from app.waiting import Deadline

COLLECTION = "composite/sobjects"
_DONE, _CREATED = 200, 201


def create_one(client: Client, sent: SentRecord, deadline: Deadline) -> list[dict[str, Any]]:
    """Creates the record, and reads its number by a second call. Raises `CrmError` when nothing is known of it."""
    created = post(client, f"sobjects/{sent.object}", sent.body(client.external_id_field), sent.headers, deadline)
    record_id, number = _id_in(created["body"]), NUMBER_FIELDS.get(sent.object)
    results = [created]
    if record_id and number:
        # The record is there without it as well.
        with suppress(CrmError):
            path = f"sobjects/{sent.object}/{record_id}?fields={number}"
            results.append(_result(_DONE, client.call("GET", path, _half(deadline))))
    return results


def create_many(client: Client, sent: Sequence[SentRecord], deadline: Deadline) -> list[dict[str, Any]]:
    """Creates the records by sObject Collections, and reads their numbers by a second call.

    Raises `CrmError` when nothing is known of any of them.
    """
    results = [post(client, COLLECTION, collection(client, sent), sent[0].headers, deadline, done=_DONE)]
    reads = number_reads(client, sent)
    if reads and results[0]["httpStatusCode"] == _DONE:
        with suppress(CrmError):
            call = {"compositeRequest": reads}
            results += results_of(client.call("POST", "composite", _half(deadline), call, reads=True))
    return results


def collection(client: Client, sent: Sequence[SentRecord]) -> dict[str, Any]:
    """The body that creates the records by sObject Collections."""
    records = [{"attributes": {"type": one.object}, **one.body(client.external_id_field)} for one in sent]
    return {"allOrNone": False, "records": records}


def post(
    client: Client, path: str, body: Any, headers: Mapping[str, str], deadline: Deadline, *, done: int = _CREATED
) -> dict[str, Any]:
    """What Salesforce says of the record or records: `done`, or why not. Raises `CrmError` for trouble of the call."""
    try:
        return _result(done, client.call("POST", path, deadline, body, headers))
    except CrmError as error:
        answer = answer_to(error)
        if answer is None or error.scope not in (Scope.CALLBACK, Scope.RULE):
            raise
        return _result(int(answer.status), answer.content)


def _result(status: int, body: Any) -> dict[str, Any]:
    return {"httpStatusCode": status, "body": body}


def _id_in(body: Any) -> str | None:
    value = body.get("id") if isinstance(body, dict) else None
    return value if isinstance(value, str) else None


def _half(deadline: Deadline) -> Deadline:
    """What is created is told in time, even if its number cannot be read."""
    return Deadline(deadline.remaining() / 2)
