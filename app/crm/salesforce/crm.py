"""Creates records in Salesforce, each at most once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.crm.mark import Mark
from app.crm.port import Found
from app.crm.salesforce.answers import id_in, known_records, rows_of
from app.crm.salesforce.client import Client, may_try_again
from app.crm.salesforce.comments import add_comment, comments_of, holds
from app.crm.salesforce.companions import of_each, of_the_call
from app.crm.salesforce.creating import create_many, create_one
from app.crm.salesforce.duplicates import Duplicates
from app.crm.salesforce.errors import refusal, unreadable
from app.crm.salesforce.external_ids import ExternalIds
from app.crm.salesforce.numbers import NUMBER_FIELDS
from app.crm.salesforce.refs import MISSING_FOR, Refs
from app.crm.salesforce.sent import Sent, to_json
from app.crm.salesforce.soql import query_path
from app.crm.salesforce.soql import quote as soql_quote
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value, Written

_BY_FIELD = "SELECT Id{more} FROM {object} WHERE {field} = {value} LIMIT 1"
# What an id may come to that was right when it was looked up.
_GONE = frozenset({Reason.REFERENCE_NOT_FOUND, Reason.RECORD_DELETED, Reason.OWNER_INACTIVE, Reason.QUEUE_NOT_FOUND})


class SalesforceCrm:
    """The port `Crm` on Salesforce. The first accepted write costs one API call, a backlog one for 200 records.

    `pace` stretches the time for which a queue or user that was not found counts as missing, and the time until a
    Case that the user may not see is looked for again; 1 is normal.
    """

    def __init__(self, client: Client, pace: float = 1.0, external_ids: ExternalIds | None = None) -> None:
        self._client = client
        self._external_ids = external_ids or ExternalIds(client)
        self._duplicates = Duplicates(client, self._external_ids, pace)
        self._refs = Refs(client, missing_for=MISSING_FOR * pace)

    def login_state(self) -> str:
        """How this process's last login went: "none" as yet, "ok", or the reason of its failure."""
        return self._client.login_state()

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record with the unique external id; finds the one that is there already."""
        self._external_ids.assure(record.object, deadline)
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
            # Others may have waited for the same look-up.
            raise fields.copy()
        return fields

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        """The records of one group by sObject Collections."""
        # Many new refs may take long: who is not looked up by half-time waits, and the others are created.
        half_time = Deadline(deadline.remaining() / 2)
        unsure = self._unsure({record.object for record, _ in records}, half_time)
        resolved = self._refs.resolve([record for record, _ in records], half_time)
        results: dict[int, Written | CrmError] = {}
        ready: dict[int, Sent] = {}
        for index, fields in enumerate(resolved):
            sure = unsure.get(records[index][0].object, fields)
            if isinstance(sure, CrmError):
                results[index] = sure
            else:
                ready[index] = _to_send(records[index][0], sure, records[index][1])
        for index, result in zip(ready, self._create_together(list(ready.values()), deadline), strict=True):
            results[index] = result
            if isinstance(result, CrmError) and result.reason in _GONE:
                self._refs.forget(records[index][0], result.fields)
        return [results[index] for index in range(len(records))]

    def _unsure(self, object_names: Iterable[str], deadline: Deadline) -> Mapping[str, CrmError]:
        """Why no record of these objects may be created."""
        unsure: dict[str, CrmError] = {}
        for name in object_names:
            try:
                self._external_ids.assure(name, deadline)
            except CrmError as error:
                unsure[name] = error
        return unsure

    def group(self, record: Record) -> str:
        """By object; with an owner or without, which are sent with different headers; some go by plain calls."""
        sent = Sent(record.object, record.fields, "")
        return f"{sent.object} {sent.auto_assign} {'plain' if sent.goes_plainly else 'composite'}"

    def find(self, object_name: str, external_id: str, deadline: Deadline) -> Found | None:
        """The record with this external id, and whether it is closed."""
        return self._find_by(object_name, self._client.external_id_field, external_id, deadline)

    def find_by_id(self, object_name: str, record_id: str, deadline: Deadline) -> Found | None:
        """The record with this id, and whether it is closed."""
        return self._find_by(object_name, "Id", record_id, deadline)

    def _find_by(self, object_name: str, field: str, value: str, deadline: Deadline) -> Found | None:
        number = NUMBER_FIELDS.get(object_name)
        # Other objects need not have a field that says whether they are closed.
        more = f", {number}, IsClosed" if number else ""
        soql = _BY_FIELD.format(more=more, object=object_name, field=field, value=soql_quote(value))
        try:
            rows = rows_of(self._client.call("GET", query_path(soql), deadline))
        except CrmError as error:
            self._noted(error, object_name)
            raise
        for row in rows:
            return Found(id_in(row, "Id"), row.get("CaseNumber"), bool(row.get("IsClosed")), self._client.org_id)
        return None

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        """A CaseComment, unless the Case has one with this mark."""
        add_comment(self._client, record_id, text, mark, deadline)

    def has_comment(self, record_id: str, mark: Mark, deadline: Deadline) -> bool:
        """Whether a comment of the Case has the mark."""
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
                first.retry_after, first.wait = error.retry_after, error.wait
                raise first from error
            raise
        # What the second try found the first may have made.
        return replace(written, in_doubt=first.outcome_unknown and not written.created)

    def _create_once(self, sent: Sent, deadline: Deadline) -> Written:
        created, *rest = create_one(self._client, sent, deadline)
        status = created["httpStatusCode"]
        if status == 201:
            return self._written(id_in(created.get("body")), _number(sent.object, rest), created=True)
        if self._duplicates.may_be_there(created.get("body")):
            return self._duplicates.find(sent, created.get("body"), deadline)
        raise self._refusal(status, created.get("body"), sent)

    def _create_together(self, sent: Sequence[Sent], deadline: Deadline) -> Sequence[Written | CrmError]:
        if not sent:
            return []
        try:
            created, *rest = create_many(self._client, sent, deadline)
            answers = self._answers(created, sent)
        except CrmError as error:
            return [of_the_call(error)] * len(sent)
        known = known_records(rest, self._client.external_id_field)
        return of_each([self._result(one, told, known) for one, told in zip(sent, answers, strict=True)])

    def _answers(self, created: Mapping[str, Any], sent: Sequence[Sent]) -> Sequence[Any]:
        status, answers = created["httpStatusCode"], created.get("body")
        if status != 200:
            raise self._noted(refusal(status, answers, self._client.external_id_field), sent[0].object)
        if not isinstance(answers, list) or len(answers) != len(sent):
            raise unreadable("call", outcome_unknown=True)
        return answers

    def _result(self, sent: Sent, told: Any, known: Mapping[str, Mapping[str, Any]]) -> Written | CrmError:
        # Only objects with a number were read.
        row = known.get(sent.external_id, {}) if sent.object in NUMBER_FIELDS else {}
        number = row.get(NUMBER_FIELDS.get(sent.object, ""))
        if not isinstance(told, dict):
            return unreadable("call", outcome_unknown=True)
        if told.get("success"):
            record_id = told.get("id") or row.get("Id")
            if not isinstance(record_id, str):
                return unreadable("call", outcome_unknown=True)
            return self._written(record_id, number, created=True)
        if row.get("Id") and self._duplicates.may_be_there(told.get("errors")):
            return self._written(row.get("Id"), number, created=False)
        # Alone it is found, or seen that it cannot be.
        return self._refusal(400, told.get("errors"), sent)

    def _refusal(self, status: int, body: Any, sent: Sent) -> CrmError:
        return self._noted(refusal(status, body, self._client.external_id_field, sent), sent.object)

    def _noted(self, error: CrmError, object_name: str) -> CrmError:
        if error.reason is Reason.EXTERNAL_ID_MISSING:
            self._external_ids.forget(object_name)
        return error

    def _sent(self, record: Record, external_id: str, deadline: Deadline) -> Sent:
        return _to_send(record, self.resolve(record, deadline), external_id)

    def _written(self, record_id: str | None, number: str | None, *, created: bool) -> Written:
        return Written(record_id, number, created, self._client.org_id)


def _number(object_name: str, rest: list[dict[str, Any]]) -> str | None:
    body = rest[0].get("body") if rest else None
    value = body.get(NUMBER_FIELDS[object_name]) if isinstance(body, dict) else None
    return None if value is None else str(value)


def _to_send(record: Record, fields: Mapping[str, Value], external_id: str) -> Sent:
    looked_up = frozenset(name for name, value in record.fields.items() if isinstance(value, Ref))
    return Sent(record.object, {name: to_json(value) for name, value in fields.items()}, external_id, looked_up)
