"""Creates records in Salesforce, each at most once."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from app.crm.salesforce.client import Client
from app.crm.salesforce.errors import Fault, faults_of, refusal, unreadable
from app.crm.salesforce.refs import Refs
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Value, Written

# What people call a record of the object.
NUMBER_FIELDS = {"Case": "CaseNumber"}
_ID_IN_MESSAGE = re.compile(r"record with id: ([A-Za-z0-9]{15,18})")


class SalesforceCrm:
    """The port `Crm` on Salesforce. The first accepted write costs one API call."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._refs = Refs(client)

    def create(self, record: Record, external_id: str, deadline: Deadline) -> Written:
        """Creates the record with the unique external id; finds the one that is there already. Raises `CrmError`."""
        fields = self._refs.resolve(record.fields, deadline)
        answer = self._client.call("POST", "composite", deadline, self._request(record.object, fields, external_id))
        created, *rest = _results(answer)
        status = int(created.get("httpStatusCode", 0))
        if status == 201:
            return Written(str(created["body"]["id"]), _number(record.object, rest), created=True)
        fault = self._duplicate(created.get("body"))
        if fault is not None:
            return self._find(record.object, external_id, fault, deadline)
        raise refusal(status, created.get("body"), self._client.external_id_field)

    def _request(self, object_name: str, fields: Mapping[str, Value], external_id: str) -> dict[str, Any]:
        body = {name: _to_json(value) for name, value in fields.items()}
        body[self._client.external_id_field] = external_id
        headers = {
            # Salesforce's own default is TRUE, and it overrides the owner that the record names.
            "Sforce-Auto-Assign": "FALSE" if "OwnerId" in fields else "TRUE",
            # A rule that merely warns an agent must not cost a callback.
            "Sforce-Duplicate-Rule-Header": "allowSave=true",
        }
        url = f"{self._client.base}/sobjects/{object_name}"
        create = {"method": "POST", "url": url, "referenceId": "record", "body": body, "httpHeaders": headers}
        number = NUMBER_FIELDS.get(object_name)
        read = {"method": "GET", "url": f"{url}/@{{record.id}}?fields={number}", "referenceId": "number"}
        return {"allOrNone": False, "compositeRequest": [create, read] if number else [create]}

    def _duplicate(self, body: Any) -> Fault | None:
        ours = self._client.external_id_field
        for fault in faults_of(body):
            if fault.code == "DUPLICATE_VALUE" and (ours in fault.message or ours in fault.fields):
                return fault
        return None

    def _find(self, object_name: str, external_id: str, fault: Fault, deadline: Deadline) -> Written:
        number = NUMBER_FIELDS.get(object_name, "Id")
        path = f"sobjects/{object_name}/{self._client.external_id_field}/{quote(external_id, safe='')}"
        try:
            found = self._client.call("GET", f"{path}?fields=Id,{number}", deadline)
        except CrmError as error:
            if error.reason is not Reason.OBJECT_NOT_FOUND:
                raise
            # The unique index says that the record is there, even if the user may not read it.
            named = _ID_IN_MESSAGE.search(fault.message)
            return Written(named[1] if named else None, None, created=False)
        return Written(str(found["Id"]), found.get(number) if number != "Id" else None, created=False)


def _results(answer: Any) -> list[dict[str, Any]]:
    results = answer.get("compositeResponse") if isinstance(answer, dict) else None
    if not results:
        raise unreadable("call", outcome_unknown=True)
    return list(results)


def _number(object_name: str, rest: list[dict[str, Any]]) -> str | None:
    body = rest[0].get("body") if rest else None
    value = body.get(NUMBER_FIELDS[object_name]) if isinstance(body, dict) else None
    return None if value is None else str(value)


def _to_json(value: Value) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000+0000")
    return value.isoformat() if isinstance(value, date) else value
