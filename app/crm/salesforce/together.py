"""Creates many records in one call, by sObject Collections."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.crm.salesforce import plain
from app.crm.salesforce.client import Client, known_records, results_of
from app.crm.salesforce.companions import of_each, of_the_call
from app.crm.salesforce.duplicates import Duplicates
from app.crm.salesforce.errors import refusal, unreadable
from app.crm.salesforce.external_ids import ExternalIds
from app.crm.salesforce.numbers import NUMBER_FIELDS, number_reads
from app.crm.salesforce.sent import SentRecord
from app.domain.errors import CrmError
from app.domain.record import Written
from app.waiting import Deadline


@dataclass(frozen=True)
class Together:
    """Safe to use from many threads."""

    client: Client
    external_ids: ExternalIds
    duplicates: Duplicates

    def create(self, sent: Sequence[SentRecord], deadline: Deadline) -> Sequence[Written | CrmError]:
        """A result for each of these records of one group."""
        if not sent:
            return []
        try:
            created, *rest = self._send(sent, deadline)
            answers = self._answers(created, sent)
        except CrmError as error:
            return [of_the_call(error)] * len(sent)
        known = known_records(rest, self.client.external_id_field)
        return of_each([self._result(one, told, known) for one, told in zip(sent, answers, strict=True)])

    def _send(self, sent: Sequence[SentRecord], deadline: Deadline) -> list[dict[str, Any]]:
        """The results of a composite call's parts: the creation, then those that read the numbers of all."""
        if any(one.goes_plainly for one in sent):
            return plain.create_many(self.client, sent, deadline)
        create = {
            "method": "POST",
            "url": f"{self.client.base}/{plain.COLLECTION}",
            "referenceId": "records",
            "body": plain.collection(self.client, sent),
            "httpHeaders": sent[0].headers,
        }
        parts = [create, *number_reads(self.client, sent)]
        # Only the order makes a query see what the first part has created.
        call = {"allOrNone": False, "collateSubrequests": False, "compositeRequest": parts}
        return results_of(self.client.call("POST", "composite", deadline, call), writes=True)

    def _answers(self, created: Mapping[str, Any], sent: Sequence[SentRecord]) -> Sequence[Any]:
        status, answers = created["httpStatusCode"], created.get("body")
        if status != 200:
            error = refusal(status, answers, self.client.external_id_field)
            raise self.external_ids.noted(error, sent[0].object)
        if not isinstance(answers, list) or len(answers) != len(sent):
            raise unreadable("call", outcome_unknown=True)
        return answers

    def _result(self, sent: SentRecord, told: Any, known: Mapping[str, Mapping[str, Any]]) -> Written | CrmError:
        # Only objects with a number were read.
        row = known.get(sent.external_id, {}) if sent.object in NUMBER_FIELDS else {}
        number = row.get(NUMBER_FIELDS.get(sent.object, ""))
        if not isinstance(told, dict):
            return unreadable("call", outcome_unknown=True)
        if told.get("success"):
            record_id = told.get("id") or row.get("Id")
            if not isinstance(record_id, str):
                return unreadable("call", outcome_unknown=True)
            return Written(record_id, number, created=True, org_id=self.client.org_id, object=sent.object)
        if row.get("Id") and self.duplicates.may_be_there(told.get("errors")):
            org_id = self.client.org_id
            return Written(row.get("Id"), number, created=False, org_id=org_id, object=sent.object)
        # Alone it is found, or seen that it cannot be.
        error = refusal(400, told.get("errors"), self.client.external_id_field, sent)
        return self.external_ids.noted(error, sent.object)
