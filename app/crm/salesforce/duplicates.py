"""Finds the record that is there already, whether or not Salesforce says which one."""

from typing import Any
from urllib.parse import quote

from app.crm.salesforce.client import Client, id_in
from app.crm.salesforce.errors import refusal
from app.crm.salesforce.external_ids import ExternalIds
from app.crm.salesforce.faults import Fault, faults_of
from app.crm.salesforce.numbers import NUMBER_FIELDS
from app.crm.salesforce.sent import SentRecord
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Written
from app.waiting import Deadline

CODE = "DUPLICATE_VALUE"
# Seconds until a record that is there, but that the user may not see, is looked for again.
NOT_VISIBLE_FOR = 900.0
# What the user may not see.
_HIDDEN = frozenset({Reason.FIELD_UNKNOWN, Reason.OBJECT_NOT_FOUND, Reason.PERMISSION_MISSING})


class Duplicates:
    """`pace` stretches the time until a record that the user may not see is looked for again."""

    def __init__(self, client: Client, external_ids: ExternalIds, pace: float) -> None:
        self._client = client
        self._external_ids = external_ids
        self._pace = pace

    def may_be_there(self, body: Any) -> bool:
        """Whether a record with our external id may be there: the error names our field, or none at all."""
        return any(fault.code == CODE and self._is_ours(fault) for fault in faults_of(body))

    def find(self, sent: SentRecord, body: Any, deadline: Deadline) -> Written:
        """The record that is there.

        Raises `CrmError`: `duplicate_value` with the fields that may clash instead, `case_not_visible`.
        """
        found = self._by_external_id(sent, deadline)
        if found is not None:
            return found
        if not any(fault.fields for fault in faults_of(body)):
            others = [name for name in self._external_ids.unique_fields(sent.object, deadline) if name in sent.fields]
            if others:
                raise refusal(400, [{"errorCode": CODE, "fields": others}], self._client.external_id_field, sent)
        raise self._not_visible(sent.object)

    def _is_ours(self, fault: Fault) -> bool:
        # What the user may not see, Salesforce does not name.
        return not fault.fields or self._client.external_id_field.lower() in {name.lower() for name in fault.fields}

    def _by_external_id(self, sent: SentRecord, deadline: Deadline) -> Written | None:
        number = NUMBER_FIELDS.get(sent.object, "Id")
        path = f"sobjects/{sent.object}/{self._client.external_id_field}/{quote(sent.external_id, safe='')}"
        for fields in (f"Id,{number}", "Id"):
            try:
                row = self._client.call("GET", f"{path}?fields={fields}", deadline)
            except CrmError as error:
                # Without the number, where the user may not see that.
                if error.reason in _HIDDEN:
                    continue
                raise
            known = row.get(number) if number != "Id" else None
            return Written(id_in(row, "Id"), known, created=False, org_id=self._client.org_id, object=sent.object)
        return None

    def _not_visible(self, object_name: str) -> CrmError:
        error = CrmError(
            Reason.CASE_NOT_VISIBLE,
            f"Salesforce has a {object_name} with this external id, but the user may not see it. The org's admin gives "
            f"View All: Setup > Permission Sets > Ringback > Object Settings > {object_name} > Object Permissions. It "
            "is looked for again every 15 minutes.",
        )
        error.wait = NOT_VISIBLE_FOR * self._pace
        return error
