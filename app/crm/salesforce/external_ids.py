"""Whether the org keeps a second record with the same external id out. Without that nothing is created."""

import threading
import time
from collections.abc import Mapping

from app.crm.org import FieldInfo, ObjectInfo, field_page
from app.crm.port import KnownIndexes
from app.crm.salesforce.client import Client
from app.crm.salesforce.describe import describe
from app.crm.salesforce.soql import query_path
from app.domain.deadline import Deadline
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope

# Seconds after which a process looks whether another one has seen something else.
LOOK_AGAIN = 15.0
# And after which Salesforce is asked again that did not answer.
ASK_AGAIN = 5.0
_ALWAYS_THERE = "SELECT Id FROM Organization LIMIT 1"


class KeptInMemory:
    """The port `KnownIndexes` where there is no ledger."""

    def __init__(self) -> None:
        self._seen_at: dict[tuple[str, str, str], float] = {}

    def seen_at(self, org: str, object_name: str, field: str) -> float | None:
        """When this process has seen it."""
        return self._seen_at.get((org, object_name, field), 0.0)

    def keep(self, org: str, object_name: str, field: str, at: float) -> None:
        """It was seen then."""
        self._seen_at[org, object_name, field] = at

    def forget(self, org: str, object_name: str, field: str) -> None:
        """It was seen not to be so."""
        self._seen_at.pop((org, object_name, field), None)


class ExternalIds:
    """Asks Salesforce once for each object: one describe, whose good answer is kept for all processes and restarts.

    It is asked again after `since` (seconds since 1970, mostly the start), and whenever nothing is known. Safe to use
    from many threads.
    """

    def __init__(self, client: Client, known: KnownIndexes | None = None, since: float = 0.0) -> None:
        self._client = client
        self._known = known or KeptInMemory()
        self._since = since
        self._lock = threading.Lock()
        self._seen: dict[str, float] = {}

    def assure(self, object_name: str, deadline: Deadline) -> None:
        """Returns if the object's external id is unique. Raises `CrmError`: `external_id_missing` if it is not."""
        seen = self._seen.get(object_name)
        if seen is not None and time.monotonic() - seen < LOOK_AGAIN:
            return
        if not self._lock.acquire(timeout=deadline.remaining() if seen is None else 0):
            if seen is None:
                raise CrmError(Reason.CRM_TIMEOUT, "The deadline passed before Salesforce had described the object.")
            return
        try:
            if self._seen.get(object_name) == seen:
                self._look(object_name, deadline)
        finally:
            self._lock.release()

    def note(self, info: ObjectInfo) -> None:
        """What was just seen of the object. Raises `CrmError` as `assure`."""
        org, field = self._client.org_id or "", self._client.external_id_field
        wrong = _what_is_wrong(info, field)
        if wrong is None:
            self._known.keep(org, info.name, field, time.time())
            self._seen[info.name] = time.monotonic()
            return
        self.forget(info.name)
        raise CrmError(Reason.EXTERNAL_ID_MISSING, wrong)

    def forget(self, object_name: str) -> None:
        """Salesforce has just said that the field is not there: it is asked before the next record."""
        self._known.forget(self._client.org_id or "", object_name, self._client.external_id_field)
        self._seen.pop(object_name, None)

    def unique_fields(self, object_name: str, deadline: Deadline) -> Mapping[str, FieldInfo]:
        """The object's other unique fields. Raises `CrmError`."""
        fields = describe(self._client, object_name, deadline).fields
        ours = self._client.external_id_field.lower()
        return {name: field for name, field in fields.items() if field.unique and name.lower() != ours}

    def _look(self, object_name: str, deadline: Deadline) -> None:
        org = self._client.org(deadline)
        kept = self._known.seen_at(org, object_name, self._client.external_id_field)
        # While the ledger is away it says nothing new.
        if (kept is None and object_name in self._seen) or (kept is not None and kept > self._since):
            self._seen[object_name] = time.monotonic()
            return
        try:
            self.note(self._describe(object_name, deadline))
        except CrmError as error:
            # What was right before the start most likely still is.
            if not kept or error.scope is not Scope.TRANSIENT:
                raise
            self._seen[object_name] = time.monotonic() - LOOK_AGAIN + ASK_AGAIN

    def _describe(self, object_name: str, deadline: Deadline) -> ObjectInfo:
        try:
            return describe(self._client, object_name, deadline)
        except CrmError as error:
            if error.reason is Reason.OBJECT_NOT_FOUND:
                # A version of the API that is gone shows as an object that is not there; this call then says so.
                self._client.call("GET", query_path(_ALWAYS_THERE), deadline)
            raise


def _what_is_wrong(info: ObjectInfo, name: str) -> str | None:
    field = info.field(name)
    if field is None:
        wrong = f"{info.name} has no field {name}, or the user may not see it"
        mend = "The org's admin deploys the metadata in salesforce/ and assigns the permission set Ringback."
        return f"{wrong}; without it callbacks would double. {mend}"
    if not field.createable:
        wrong = f"The user may not write {info.name}.{field.name}, without which callbacks would double."
        return f"{wrong} The org's admin assigns the permission set Ringback."
    missing = [mark for mark, there in (("Unique", field.unique), ("External ID", field.external_id)) if not there]
    if not missing:
        return None
    wrong = f"{info.name}.{field.name} is not marked {' and '.join(missing)}, so one event could get two records."
    return f"{wrong} The org's admin marks it: {field_page(info, field)} > Edit."
