"""Creates records in Salesforce, each at most once."""

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from app.crm.mark import Mark
from app.crm.port import Found, Promise
from app.crm.salesforce import plain
from app.crm.salesforce.case_times import CaseTimes
from app.crm.salesforce.client import Client, id_in, may_try_again, results_of, rows_of
from app.crm.salesforce.comments import add_comment, comments_of, holds
from app.crm.salesforce.duplicates import Duplicates
from app.crm.salesforce.errors import refusal
from app.crm.salesforce.external_ids import ExternalIds
from app.crm.salesforce.numbers import NUMBER_FIELDS
from app.crm.salesforce.refs import MISSING_FOR, Refs
from app.crm.salesforce.sent import SentRecord, to_json
from app.crm.salesforce.soql import query_path
from app.crm.salesforce.soql import quote as soql_quote
from app.crm.salesforce.together import Together
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value, Written
from app.waiting import Deadline

# At most: what a call has for each record besides its fields: its type, its external id, twice.
_BESIDE = 500
_BY_FIELD = "SELECT Id{more} FROM {object} WHERE {field} = {value} LIMIT 1"
# What an id may come to that was right when it was looked up.
_GONE = frozenset({Reason.REFERENCE_NOT_FOUND, Reason.RECORD_DELETED, Reason.OWNER_INACTIVE, Reason.QUEUE_NOT_FOUND})


class SalesforceCrm:
    """The port `BatchCrm` on Salesforce. The first accepted write costs one API call, a backlog one for 200 records.

    `pace` stretches the time for which a queue or user that was not found counts as missing, and the time until a
    Case that the user may not see is looked for again; 1 is normal.
    """

    # Where the org's index does not keep it, nothing is created.
    promise = Promise.UNIQUE

    def __init__(self, client: Client, pace: float = 1.0, external_ids: ExternalIds | None = None) -> None:
        self._client = client
        self._external_ids = external_ids or ExternalIds(client)
        self._duplicates = Duplicates(client, self._external_ids, pace)
        self._together = Together(client, self._external_ids, self._duplicates)
        self._refs = Refs(client, missing_for=MISSING_FOR * pace)
        self._times = CaseTimes(client)

    def login_state(self) -> str:
        """How this process's last login went: "none" as yet, "ok", or the reason of its failure."""
        return self._client.login_state()

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record with the unique external id; finds the one that is there already."""
        # Nearly always it is known, and nothing has to be looked at.
        if self._external_ids.sure_until.get(record.object.lower(), 0.0) < time.monotonic():
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
        if not any(isinstance(value, Ref) for value in record.fields.values()):
            return record.fields
        (fields,) = self._refs.resolve([record], deadline)
        if isinstance(fields, CrmError):
            # Others may have waited for the same look-up.
            raise fields.copy()
        return fields

    def look_up(self, records: Sequence[Record], deadline: Deadline) -> Sequence[CrmError | None]:
        """Asks for the names that are not known yet, five in a call."""
        return self._refs.look_up(records, deadline)

    def create_many(self, records: Sequence[tuple[Record, str]], deadline: Deadline) -> list[Written | CrmError]:
        """The records of one group by sObject Collections."""
        # Many new refs may take long: who is not looked up by half-time waits, and the others are created.
        half_time = Deadline(deadline.remaining() / 2)
        unsure = self._unsure({record.object for record, _ in records}, half_time)
        resolved = self._refs.resolve([record for record, _ in records], half_time)
        results: dict[int, Written | CrmError] = {}
        ready: dict[int, SentRecord] = {}
        for index, fields in enumerate(resolved):
            sure = unsure.get(records[index][0].object, fields)
            if isinstance(sure, CrmError):
                results[index] = sure
            else:
                ready[index] = SentRecord.of(records[index][0], sure, records[index][1])
        for index, result in self._create_ready(ready, deadline):
            results[index] = result
            if isinstance(result, CrmError) and result.reason in _GONE:
                self._refs.forget(records[index][0], result.fields)
        return [results[index] for index in range(len(records))]

    def _create_ready(
        self, ready: Mapping[int, SentRecord], deadline: Deadline
    ) -> Iterator[tuple[int, Written | CrmError]]:
        """Where a quiet ref to an owner led nowhere, that record is sent with other headers, in a call of its own."""
        for auto_assign in dict.fromkeys(one.auto_assign for one in ready.values()):
            alike = {index: one for index, one in ready.items() if one.auto_assign == auto_assign}
            yield from zip(alike, self._together.create(list(alike.values()), deadline), strict=True)

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
        sent = SentRecord(record.object, record.fields, "")
        return f"{sent.object} {sent.auto_assign} {'plain' if sent.goes_plainly else 'composite'}"

    def size(self, record: Record) -> int:
        """In bytes of JSON, which has the letters of many languages escaped."""
        values = {
            name: value.name if isinstance(value, Ref) else to_json(value) for name, value in record.fields.items()
        }
        return len(json.dumps(values)) + _BESIDE

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
            self._external_ids.noted(error, object_name)
            raise
        for row in rows:
            number, closed = row.get("CaseNumber"), bool(row.get("IsClosed"))
            return Found(id_in(row, "Id"), number, closed, self._client.org_id, object_name)
        return None

    def comment(self, record_id: str, text: str, mark: Mark, deadline: Deadline) -> None:
        """A CaseComment, unless the Case has one with this mark."""
        add_comment(self._client, record_id, text, mark, deadline)

    def has_comment(self, record_id: str, mark: Mark, deadline: Deadline) -> bool:
        """Whether a comment of the Case has the mark."""
        return holds(comments_of(self._client, record_id, deadline), mark)

    def set_time(self, record_id: str, field: str, at: datetime, deadline: Deadline) -> None:
        """Sets a Case's field, as its type wants it."""
        self._times.set_time(record_id, field, at, deadline)

    def _create(self, sent: SentRecord, deadline: Deadline) -> Written:
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

    def _create_once(self, sent: SentRecord, deadline: Deadline) -> Written:
        created, *rest = self._send(sent, deadline)
        status, body = created["httpStatusCode"], created.get("body")
        if status == 201:
            record_id = id_in(body)
            number = _number(sent.object, rest)
            return Written(record_id, number, created=True, org_id=self._client.org_id, object=sent.object)
        if self._duplicates.may_be_there(body):
            return self._duplicates.find(sent, body, deadline)
        raise self._external_ids.noted(refusal(status, body, self._client.external_id_field, sent), sent.object)

    def _send(self, sent: SentRecord, deadline: Deadline) -> list[dict[str, Any]]:
        """The results of a composite call's parts: the creation, then the one that reads the record's number."""
        if sent.goes_plainly:
            return plain.create_one(self._client, sent, deadline)
        url, number = f"{self._client.base}/sobjects/{sent.object}", NUMBER_FIELDS.get(sent.object)
        body = sent.body(self._client.external_id_field)
        create = {"method": "POST", "url": url, "referenceId": "record", "body": body, "httpHeaders": sent.headers}
        read = {"method": "GET", "url": f"{url}/@{{record.id}}?fields={number}", "referenceId": "number"}
        call = {"allOrNone": False, "compositeRequest": [create, read] if number else [create]}
        return results_of(self._client.call("POST", "composite", deadline, call), writes=True)

    def _sent(self, record: Record, external_id: str, deadline: Deadline) -> SentRecord:
        return SentRecord.of(record, self.resolve(record, deadline), external_id)


def _number(object_name: str, rest: list[dict[str, Any]]) -> str | None:
    body = rest[0].get("body") if rest else None
    value = body.get(NUMBER_FIELDS[object_name]) if isinstance(body, dict) else None
    return None if value is None else str(value)
