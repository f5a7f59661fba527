"""Creates records in Salesforce, each at most once."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from app.crm.port import Found
from app.crm.salesforce.client import Client, may_try_again
from app.crm.salesforce.errors import refusal, unreadable
from app.crm.salesforce.faults import Fault, faults_of
from app.crm.salesforce.refs import Refs
from app.crm.salesforce.sent import Sent, to_json
from app.crm.salesforce.soql import query_path
from app.crm.salesforce.soql import quote as soql_quote
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Written

# What people call a record of the object.
NUMBER_FIELDS = {"Case": "CaseNumber"}
COMMENT_LENGTH = 4000
_BY_EXTERNAL_ID = "SELECT Id, {number}, IsClosed FROM {object} WHERE {field} = {value} LIMIT 1"
_COMMENTS = "SELECT CommentBody FROM CaseComment WHERE ParentId = {case}"
_ID_IN_MESSAGE = re.compile(r"record with id: ([A-Za-z0-9]{15,18})")


class SalesforceCrm:
    """The port `Crm` on Salesforce. The first accepted write costs one API call, a backlog one for 200 records."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._refs = Refs(client)

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record with the unique external id; finds the one that is there already."""
        sent = self._sent(record, external_id, deadline)
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
                raise first from error
            raise
        # What the second try found the first has made.
        return replace(written, created=written.created or first.outcome_unknown)

    def _create_once(self, sent: Sent, deadline: Deadline) -> Written:
        answer = self._client.call("POST", "composite", deadline, self._request(sent))
        created, *rest = _results(answer)
        status = created["httpStatusCode"]
        if status == 201:
            return self._written(_id_in(created.get("body")), _number(sent.object, rest), created=True)
        fault = self._duplicate(created.get("body"))
        if fault is not None:
            return self._find_duplicate(sent.object, sent.external_id, fault, deadline)
        raise refusal(status, created.get("body"), self._client.external_id_field, sent)

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        """The records of one group by sObject Collections."""
        results: dict[int, Written | CrmError] = {}
        ready: dict[int, Sent] = {}
        for index, (record, external_id) in enumerate(records):
            try:
                ready[index] = self._sent(record, external_id, deadline)
            except CrmError as error:
                results[index] = error
        if ready:
            results |= dict(zip(ready, self._create_together(list(ready.values()), deadline), strict=True))
        return [results[index] for index in range(len(records))]

    def group(self, record: Record) -> str:
        """Records with an owner and those without are sent with different headers."""
        return Sent(record.object, record.fields, "").auto_assign

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        """The record with this external id, and whether it is closed."""
        soql = _BY_EXTERNAL_ID.format(
            number=NUMBER_FIELDS.get(object_name, "Id"),
            object=object_name,
            field=self._client.external_id_field,
            value=soql_quote(external_id),
        )
        for row in _rows(self._client.call("GET", query_path(soql), deadline)):
            return Found(_id_in(row, "Id"), row.get("CaseNumber"), bool(row.get("IsClosed")), self._client.org_id)
        return None

    def comment(self, record_id: str, text: str, mark: str, deadline: Deadline) -> None:
        """A CaseComment; its text cannot be searched in Salesforce, so the Case's comments are read.

        No unique index keeps a second one out: when the connection breaks, the next attempt looks for the mark first.
        """
        comments = self._client.call("GET", query_path(_COMMENTS.format(case=soql_quote(record_id))), deadline)
        if any(mark in (row.get("CommentBody") or "") for row in _rows(comments)):
            return
        body = {"ParentId": record_id, "CommentBody": f"{text[: COMMENT_LENGTH - len(mark) - 1]}\n{mark}"}
        self._client.call("POST", "sobjects/CaseComment", deadline, body)

    def _create_together(self, sent: Sequence[Sent], deadline: Deadline) -> Sequence[Written | CrmError]:
        records = [{"attributes": {"type": one.object}, **self._body(one)} for one in sent]
        body = {"allOrNone": False, "records": records}
        headers = {"Sforce-Auto-Assign": sent[0].auto_assign, "Sforce-Duplicate-Rule-Header": "allowSave=true"}
        try:
            answers = self._client.call("POST", "composite/sobjects", deadline, body, headers)
        except CrmError as error:
            return [error] * len(sent)
        if not isinstance(answers, list) or len(answers) != len(sent):
            return [unreadable("call", outcome_unknown=True)] * len(sent)
        return [self._result(answer, one) for answer, one in zip(answers, sent, strict=True)]

    def _result(self, answer: Any, sent: Sent) -> Written | CrmError:
        if not isinstance(answer, dict):
            return unreadable("call", outcome_unknown=True)
        if answer.get("success"):
            return self._written(_id_in(answer), None, created=True)
        fault = self._duplicate(answer.get("errors"))
        if fault is None:
            return refusal(400, answer.get("errors"), self._client.external_id_field, sent)
        named = _ID_IN_MESSAGE.search(fault.message)
        return self._written(named[1] if named else None, None, created=False)

    def _sent(self, record: Record, external_id: str, deadline: Deadline) -> Sent:
        fields = self._refs.resolve(record.fields, deadline)
        looked_up = frozenset(name for name, value in record.fields.items() if isinstance(value, Ref))
        return Sent(
            record.object, {name: to_json(value) for name, value in fields.items()}, external_id, looked_up=looked_up
        )

    def _body(self, sent: Sent) -> dict[str, Any]:
        return {**sent.fields, self._client.external_id_field: sent.external_id}

    def _request(self, sent: Sent) -> dict[str, Any]:
        headers = {
            "Sforce-Auto-Assign": sent.auto_assign,
            # A rule that merely warns an agent must not cost a callback.
            "Sforce-Duplicate-Rule-Header": "allowSave=true",
        }
        url = f"{self._client.base}/sobjects/{sent.object}"
        body = self._body(sent)
        create = {"method": "POST", "url": url, "referenceId": "record", "body": body, "httpHeaders": headers}
        number = NUMBER_FIELDS.get(sent.object)
        read = {"method": "GET", "url": f"{url}/@{{record.id}}?fields={number}", "referenceId": "number"}
        return {"allOrNone": False, "compositeRequest": [create, read] if number else [create]}

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
            named = _ID_IN_MESSAGE.search(fault.message)
            return self._written(named[1] if named else None, None, created=False)
        return self._written(_id_in(found, "Id"), found.get(number) if number != "Id" else None, created=False)

    def _written(self, record_id: str | None, number: str | None, *, created: bool) -> Written:
        return Written(record_id, number, created, self._client.org_id)


def _results(answer: Any) -> list[dict[str, Any]]:
    results = answer.get("compositeResponse") if isinstance(answer, dict) else None
    if not isinstance(results, list) or not results or not all(isinstance(one, dict) for one in results):
        raise unreadable("call", outcome_unknown=True)
    if not isinstance(results[0].get("httpStatusCode"), int):
        raise unreadable("call", outcome_unknown=True)
    return results


def _id_in(body: Any, name: str = "id") -> str:
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        raise unreadable("call", outcome_unknown=True)
    return value


def _rows(answer: Any) -> list[dict[str, Any]]:
    rows = answer.get("records") if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise unreadable("query", outcome_unknown=False)
    return rows


def _number(object_name: str, rest: list[dict[str, Any]]) -> str | None:
    body = rest[0].get("body") if rest else None
    value = body.get(NUMBER_FIELDS[object_name]) if isinstance(body, dict) else None
    return None if value is None else str(value)
