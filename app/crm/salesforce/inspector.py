"""Looks at the org: what `ringback check --crm` needs to know of it, in a few calls."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from app.crm.org import ObjectInfo, Org, Wanted
from app.crm.salesforce import setup_objects
from app.crm.salesforce.client import Client
from app.crm.salesforce.describe import describe
from app.crm.salesforce.errors import answer_error, unreadable
from app.crm.salesforce.external_ids import ExternalIds
from app.crm.salesforce.setup_objects import Rows
from app.crm.salesforce.soql import query_path
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.waiting import Deadline

# Both lie beside the versions of the API and not below one.
_WHO_AM_I = "../../oauth2/userinfo"
_VERSIONS = "../"
# What the user lacks is a finding; anything else means that nothing can be said.
_SEEN_AS_MISSING = (Scope.RULE, Scope.CALLBACK)


class SalesforceInspector:
    """The port `Inspector` on Salesforce. Takes one call for all that is queried and one for each object.

    What it sees of the objects `external_ids` are told.
    """

    def __init__(self, client: Client, external_ids: ExternalIds | None = None) -> None:
        self._client = client
        self._external_ids = external_ids or ExternalIds(client)

    def look(self, wanted: Wanted, deadline: Deadline) -> Org:
        """The org as our user sees it. Raises `CrmError` when it cannot be looked at."""
        return _Look(self._client, self._external_ids, wanted, deadline).org()


class _Look:
    """One look; counts its calls."""

    def __init__(self, client: Client, external_ids: ExternalIds, wanted: Wanted, deadline: Deadline) -> None:
        self._client = client
        self._external_ids = external_ids
        self._wanted = wanted
        self._deadline = deadline
        self._calls = 0
        self._refused: dict[str, CrmError] = {}

    def org(self) -> Org:
        # First what every org has, since a wrong version of the API shows as an object that is not there.
        rows = self._query_all()
        objects = {name: found for name in self._wanted.objects if (found := self._describe(name)) is not None}
        return Org(
            name=next((str(row.get("Name")) for row in rows["Organization"]), self._client.org_id or ""),
            user=self._who_am_i(),
            objects=objects,
            queues=setup_objects.queues(rows["Group"], rows["QueueSobject"]),
            users=tuple(setup_objects.user(row) for row in rows["User"]),
            assignment_rules=tuple(str(row.get("Name")) for row in rows["AssignmentRule"]),
            refused=self._refused,
            calls=self._calls,
        )

    def _describe(self, name: str) -> ObjectInfo | None:
        self._calls += 1
        try:
            info = describe(self._client, name, self._deadline)
        except CrmError as error:
            self._refuse(name, error)
            return None
        # What is wrong with it is told by who compares it with the rules.
        with suppress(CrmError):
            self._external_ids.note(info)
        return info

    def _query_all(self) -> dict[str, Rows]:
        queries = setup_objects.queries(self._wanted)
        base = self._client.base
        requests = [
            {"method": "GET", "url": f"{base}/{query_path(soql)}", "referenceId": name}
            for name, soql in queries.items()
        ]
        answers = self._together(requests)
        rows: dict[str, Rows] = dict.fromkeys(setup_objects.OBJECTS, ())
        for name, answer in zip(queries, answers, strict=True):
            rows[name] = self._rows(name, answer)
        return rows

    def _together(self, requests: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
        self._calls += 1
        try:
            said = self._client.call("POST", "composite", self._deadline, {"compositeRequest": requests}, reads=True)
        except CrmError as error:
            if error.reason is Reason.API_VERSION_RETIRED:
                raise self._with_versions(error) from error
            raise
        answers = said.get("compositeResponse") if isinstance(said, dict) else None
        if not isinstance(answers, list) or len(answers) != len(requests):
            raise unreadable("query", outcome_unknown=False)
        return answers

    def _rows(self, name: str, answer: Mapping[str, Any]) -> Rows:
        status, body = answer.get("httpStatusCode"), answer.get("body")
        if status != 200 or not isinstance(body, dict):
            self._refuse(name, answer_error(int(status or 500), body, self._client.external_id_field))
            return ()
        rows = list(body.get("records") or [])
        while more := body.get("nextRecordsUrl"):
            self._calls += 1
            path = str(more).removeprefix(f"{self._client.base}/")
            body = self._client.call("GET", path, self._deadline)
            rows += body.get("records") or []
        return rows

    def _refuse(self, name: str, error: CrmError) -> None:
        if error.scope not in _SEEN_AS_MISSING:
            raise error
        self._refused[name] = error

    def _who_am_i(self) -> str | None:
        try:
            said = self._client.call("GET", _WHO_AM_I, self._deadline)
        except CrmError:  # some apps' scopes do not let us ask, and nothing hangs on it
            return None
        name = said.get("preferred_username") if isinstance(said, dict) else None
        return str(name) if name else None

    def _with_versions(self, error: CrmError) -> CrmError:
        try:
            said = self._client.call("GET", _VERSIONS, self._deadline)
            versions = [float(one["version"]) for one in said]
        except (CrmError, TypeError, KeyError, ValueError):
            return error
        return CrmError(error.reason, f"{error.message} It serves {min(versions)} to {max(versions)}.", code=error.code)
