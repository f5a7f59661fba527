"""Creates records in Salesforce, each at most once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from app.crm.port import Found
from app.crm.salesforce.answers import id_in, known_records, results_of, rows_of
from app.crm.salesforce.client import Client, may_try_again
from app.crm.salesforce.comments import add_comment, comments_of, holds
from app.crm.salesforce.creating import NUMBER_FIELDS, create_many, create_one
from app.crm.salesforce.errors import refusal, unreadable
from app.crm.salesforce.faults import Fault, faults_of
from app.crm.salesforce.refs import MISSING_FOR, Refs
from app.crm.salesforce.sent import Sent, to_json
from app.crm.salesforce.soql import query_path
from app.crm.salesforce.soql import quote as soql_quote
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value, Written

_BY_FIELD = "SELECT Id, {number}, IsClosed FROM {object} WHERE {field} = {value} LIMIT 1"
_ID_IN_MESSAGE = re.compile(r"record with id: ([A-Za-z0-9]{15,18})")
_UNREADABLE = frozenset({Reason.FIELD_UNKNOWN, Reason.OBJECT_NOT_FOUND, Reason.PERMISSION_MISSING})
# What an id may come to that was right when it was looked up.
_GONE = frozenset({Reason.REFERENCE_NOT_FOUND, Reason.RECORD_DELETED, Reason.OWNER_INACTIVE, Reason.QUEUE_NOT_FOUND})


class SalesforceCrm:
    """The port `Crm` on Salesforce. The first accepted write costs one API call, a backlog one for 200 records.

    `pace` stretches the time for which a queue or user that was not found counts as missing; 1 is normal.
    """

    def __init__(self, client: Client, pace: float = 1.0) -> None:
        self._client = client
        self._refs = Refs(client, missing_for=MISSING_FOR * pace)

    def login_state(self) -> str:
        """How this process's last login went: "none" as yet, "ok", or the reason of its failure."""
        return self._client.login_state()

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record with the unique external id; finds the one that is there already."""
        sent = self._sent(record, external_id, deadline)
        try:
            return self._create(sent, deadline)
        except CrmError as error:
            # What a ref was resolved to some minutes ago may have gone since.
            if error.reason not in _GONE or not self._refs.forget(record, error.fields):
                raise
            fresh = self._sent(record, external_id, deadline)
            if fresh == sent:
                raise
        return self._create(fresh, deadline)

    def resolve(self, record: Record, deadline: Deadline) -> Mapping[str, Value]:
        """The record's fields with an id in the place of each ref. Raises `CrmError`, with the fields of the refs."""
        (fields,) = self._refs.resolve([record], deadline)
        if isinstance(fields, CrmError):
            raise fields
        return fields

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        """The records of one group by sObject Collections."""
        # Many new refs may take long: who is not looked up by half-time waits, and the others are created.
        half_time = Deadline(deadline.remaining() / 2)
        resolved = self._refs.resolve([record for record, _ in records], half_time)
        results: dict[int, Written | CrmError] = {}
        ready: dict[int, Sent] = {}
        for index, fields in enumerate(resolved):
            if isinstance(fields, CrmError):
                results[index] = fields
            else:
                ready[index] = _to_send(records[index][0], fields, records[index][1])
        for index, result in zip(ready, self._create_together(list(ready.values()), deadline), strict=True):
            results[index] = result
            if isinstance(result, CrmError) and result.reason in _GONE:
                self._refs.forget(records[index][0], result.fields)
        return [results[index] for index in range(len(records))]

    def group(self, record: Record) -> str:
        """Records with an owner and those without are sent with different headers."""
        return Sent(record.object, record.fields, "").auto_assign

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        """The record with this external id, and whether it is closed."""
        return self._find_by(object_name, self._client.external_id_field, external_id, deadline)

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        """The record with this id, and whether it is closed."""
        return self._find_by(object_name, "Id", record_id, deadline)

    def _find_by(self, object_name: str, field: str, value: str, deadline: Deadline) -> Found | None:
        number = NUMBER_FIELDS.get(object_name, "Id")
        soql = _BY_FIELD.format(number=number, object=object_name, field=field, value=soql_quote(value))
        for row in rows_of(self._client.call("GET", query_path(soql), deadline)):
            return Found(id_in(row, "Id"), row.get("CaseNumber"), bool(row.get("IsClosed")), self._client.org_id)
        return None

    def description_of(self, case_id: str, deadline: Deadline) -> str | None:
        """The field `Description`; none when the user may not read it, or the Case."""
        path = f"sobjects/Case/{quote(case_id, safe='')}?fields=Description"
        try:
            return str(self._client.call("GET", path, deadline).get("Description") or "")
        except CrmError as error:
            if error.reason in _UNREADABLE:
                return None
            raise

    def comment(self, record_id: str, text: str, mark: str, deadline: Deadline) -> None:
        """A CaseComment, unless the Case has one with this mark."""
        add_comment(self._client, record_id, text, mark, deadline)

    def has_comment(self, record_id: str, mark: str, deadline: Deadline) -> bool:
        """Whether a comment of the Case holds the mark."""
        return holds(comments_of(self._client, record_id, deadline), mark)

    def _create(self, sent: Sent, deadline: Deadline) -> Written:
        try:
            return self._create_once(sent, deadline)
        except CrmError as error:
            # Again at once is safe, because the unique external id keeps the second of two creates out.
            if not may_try_again(error, deadline):
                raise
            first = error
        try:
            written = self._create_once(sent, deadline)
        except CrmError as error:
            # What the second try learned does not tell what became of the first.
            if first.outcome_unknown and not error.outcome_unknown:
                first.retry_after = error.retry_after
                raise first from error
            raise
        # What the second try found the first may have made.
        return replace(written, in_doubt=first.outcome_unknown and not written.created)

    def _create_once(self, sent: Sent, deadline: Deadline) -> Written:
        answer = self._client.call("POST", "composite", deadline, create_one(self._client, sent))
        created, *rest = results_of(answer, writes=True)
        status = created["httpStatusCode"]
        if status == 201:
            return self._written(id_in(created.get("body")), _number(sent.object, rest), created=True)
        fault = self._duplicate(created.get("body"))
        if fault is not None:
            return self._find_duplicate(sent.object, sent.external_id, fault, deadline)
        raise refusal(status, created.get("body"), self._client.external_id_field, sent)

    def _create_together(self, sent: Sequence[Sent], deadline: Deadline) -> Sequence[Written | CrmError]:
        if not sent:
            return []
        try:
            answer = self._client.call("POST", "composite", deadline, create_many(self._client, sent))
            created, *rest = results_of(answer, writes=True)
        except CrmError as error:
            return [error] * len(sent)
        status, answers = created["httpStatusCode"], created.get("body")
        if status != 200:
            return [refusal(status, answers, self._client.external_id_field)] * len(sent)
        if not isinstance(answers, list) or len(answers) != len(sent):
            return [unreadable("call", outcome_unknown=True)] * len(sent)
        known = known_records(rest, self._client.external_id_field)
        return [self._result(one, told, known) for one, told in zip(sent, answers, strict=True)]

    def _result(self, sent: Sent, told: Any, known: Mapping[str, Mapping[str, Any]]) -> Written | CrmError:
        row = known.get(sent.external_id, {})
        number = row.get(NUMBER_FIELDS.get(sent.object, ""))
        if not isinstance(told, dict):
            return unreadable("call", outcome_unknown=True)
        if told.get("success"):
            record_id = told.get("id") or row.get("Id")
            return self._written(record_id, number, created=True)
        fault = self._duplicate(told.get("errors"))
        if fault is None:
            return refusal(400, told.get("errors"), self._client.external_id_field, sent)
        return self._written(row.get("Id") or _id_said(fault), number, created=False)

    def _sent(self, record: Record, external_id: str, deadline: Deadline) -> Sent:
        return _to_send(record, self.resolve(record, deadline), external_id)

    def _duplicate(self, body: Any) -> Fault | None:
        ours = self._client.external_id_field
        for fault in faults_of(body):
            named = re.search(rf"(?<!\w){re.escape(ours)}(?!\w)", " ".join([fault.message, *fault.fields]), re.I)
            if fault.code == "DUPLICATE_VALUE" and named:
                return fault
        return None

    def _find_duplicate(self, object_name: str, external_id: str, fault: Fault, deadline: Deadline) -> Written:
        number = NUMBER_FIELDS.get(object_name, "Id")
        path = f"sobjects/{object_name}/{self._client.external_id_field}/{quote(external_id, safe='')}"
        try:
            found = self._client.call("GET", f"{path}?fields=Id,{number}", deadline)
        except CrmError as error:
            if error.reason is not Reason.OBJECT_NOT_FOUND:
                raise
            # The unique index says that the record is there, even if the user may not read it.
            return self._written(_id_said(fault), None, created=False)
        return self._written(id_in(found, "Id"), found.get(number) if number != "Id" else None, created=False)

    def _written(self, record_id: str | None, number: str | None, *, created: bool) -> Written:
        return Written(record_id, number, created, self._client.org_id)


def _number(object_name: str, rest: list[dict[str, Any]]) -> str | None:
    body = rest[0].get("body") if rest else None
    value = body.get(NUMBER_FIELDS[object_name]) if isinstance(body, dict) else None
    return None if value is None else str(value)


def _to_send(record: Record, fields: Mapping[str, Value], external_id: str) -> Sent:
    looked_up = frozenset(name for name, value in record.fields.items() if isinstance(value, Ref))
    return Sent(record.object, {name: to_json(value) for name, value in fields.items()}, external_id, looked_up)


def _id_said(fault: Fault) -> str | None:
    named = _ID_IN_MESSAGE.search(fault.message)
    return named[1] if named else None
