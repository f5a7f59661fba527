"""Resolves what a rule names in the org, such as a queue, to its id."""

import time
from collections.abc import Mapping

from app.crm.salesforce.client import Client
from app.crm.salesforce.errors import unreadable
from app.crm.salesforce.soql import query_path, quote
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Ref, Value

# A renamed or new queue is seen after this many seconds.
CACHE_SECONDS = 600.0
_QUEUE = "SELECT Id FROM Group WHERE Type = 'Queue' AND (Name = {name} OR DeveloperName = {name}) LIMIT 2"


class Refs:
    """One call for a name that is not known yet, none for the others."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._known: dict[Ref, tuple[str, float]] = {}

    def resolve(self, fields: Mapping[str, Value], deadline: Deadline) -> dict[str, Value]:
        """The fields with an id in the place of each ref. Raises `CrmError`."""
        return {
            name: self._id_of(value, deadline) if isinstance(value, Ref) else value for name, value in fields.items()
        }

    def _id_of(self, ref: Ref, deadline: Deadline) -> str:
        known = self._known.get(ref)
        if known is None or known[1] < time.monotonic():
            known = (self._look_up(ref, deadline), time.monotonic() + CACHE_SECONDS)
            self._known[ref] = known
        return known[0]

    def _look_up(self, ref: Ref, deadline: Deadline) -> str:
        soql = _QUEUE.format(name=quote(ref.name))
        found = self._client.call("GET", query_path(soql), deadline)
        records = found.get("records") if isinstance(found, dict) else None
        if not isinstance(records, list):
            raise unreadable("query", outcome_unknown=False)
        if len(records) != 1:
            raise CrmError(
                Reason.QUEUE_NOT_FOUND,
                f'The org has {len(records) or "no"} queues named "{ref.name}". Name one that exists in the rule, or '
                "create it in Setup > Queues with Case as its object.",
            )
        return str(records[0]["Id"])
