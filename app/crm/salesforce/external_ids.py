"""Whether the org keeps a second record with the same external id out. Without that nothing is created."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.crm.external_id import Lack, lacks_of
from app.crm.org import FieldInfo, ObjectInfo
from app.crm.port import KnownIndexes
from app.crm.salesforce import setup
from app.crm.salesforce.client import Client
from app.crm.salesforce.describe import describe
from app.crm.salesforce.soql import query_path
from app.domain.errors import CrmError
from app.domain.reasons import Reason, Scope
from app.waiting import Deadline

# Seconds after which a process looks whether another one has seen something else.
LOOK_AGAIN = 15.0
# And after which Salesforce is asked again that did not answer.
ASK_AGAIN = 5.0
# Where something is known a look takes no more of the record's time than this part of it, and so many seconds.
_PART_OF_TIME = 4
_LONGEST_LOOK = 2.0
_QUERY_OF_EVERY_ORG = "SELECT Id FROM Organization LIMIT 1"


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


@dataclass
class _Looks:
    """At one object. `count` are those that have ended, `failure` is what the last one came to if it failed."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    count: int = 0
    failure: CrmError | None = None


class ExternalIds:
    """Asks Salesforce once for each object: one describe, whose good answer is kept for all processes and restarts.

    It is asked again after `since` (seconds since 1970, mostly the start), and whenever nothing is known. Of many
    threads one looks; the others wait for its answer, unless the external id was seen to be unique before. Safe to use
    from many threads. `sure_until` says for each object that was seen to be right (in small letters, on the monotonic
    clock) how long `assure` need not be asked.
    """

    def __init__(self, client: Client, known: KnownIndexes | None = None, since: float = 0.0) -> None:
        self._client = client
        self._known = known or KeptInMemory()
        self._since = since
        self._objects: dict[str, _Looks] = {}
        self.sure_until: dict[str, float] = {}

    def assure(self, object_name: str, deadline: Deadline) -> None:
        """Returns if the object's external id is unique. Raises `CrmError`: `external_id_missing` if it is not."""
        key = _key(object_name)
        looks, until = self._objects.setdefault(key, _Looks()), self.sure_until.get(key)
        count = looks.count
        if until is not None and time.monotonic() < until:
            return
        if not looks.lock.acquire(blocking=False):
            if until is not None or self._kept(object_name, deadline):
                return
            if not looks.lock.acquire(timeout=deadline.remaining()):
                raise CrmError(Reason.CRM_TIMEOUT, "The deadline passed before Salesforce had described the object.")
        try:
            if looks.count == count:
                self._look(looks, object_name, deadline)
            elif looks.failure is not None:
                raise looks.failure.copy()
        finally:
            looks.lock.release()

    def note(self, info: ObjectInfo) -> None:
        """What was just seen of the object. Raises `CrmError` as `assure`."""
        wrong = _what_is_wrong(info, self._client.external_id_field)
        if wrong is None:
            self._known.keep(*self._kept_as(self._client.org_id or "", info.name), time.time())
            self._be_sure(info.name)
            return
        self.forget(info.name)
        raise CrmError(Reason.EXTERNAL_ID_MISSING, wrong)

    def forget(self, object_name: str) -> None:
        """Salesforce has just said that the field is not there: it is asked before the next record."""
        self._known.forget(*self._kept_as(self._client.org_id or "", object_name))
        self.sure_until.pop(_key(object_name), None)

    def noted(self, error: CrmError, object_name: str) -> CrmError:
        """The same error. What it says of the field is known from now on."""
        if error.reason is Reason.EXTERNAL_ID_MISSING:
            self.forget(object_name)
        return error

    def unique_fields(self, object_name: str, deadline: Deadline) -> Mapping[str, FieldInfo]:
        """The object's other unique fields. Raises `CrmError`."""
        fields = describe(self._client, object_name, deadline).fields
        ours = self._client.external_id_field.lower()
        return {name: field for name, field in fields.items() if field.unique and name.lower() != ours}

    def _be_sure(self, object_name: str, seconds: float = LOOK_AGAIN) -> None:
        self.sure_until[_key(object_name)] = time.monotonic() + seconds

    def _look(self, looks: _Looks, object_name: str, deadline: Deadline) -> None:
        try:
            self._look_once(object_name, deadline)
            looks.failure = None
        except CrmError as error:
            looks.failure = error.copy()
            raise
        finally:
            looks.count += 1

    def _look_once(self, object_name: str, deadline: Deadline) -> None:
        kept = self._kept(object_name, deadline)
        # While the ledger is away it says nothing new.
        known = _key(object_name) in self.sure_until
        if (kept is None and known) or (kept is not None and kept > self._since):
            self._be_sure(object_name)
            return
        try:
            self.note(self._describe(object_name, _short(deadline) if kept else deadline))
        except CrmError as error:
            # What was right before the start most likely still is.
            if not kept or error.scope is not Scope.TRANSIENT:
                raise
            self._be_sure(object_name, ASK_AGAIN)

    def _kept(self, object_name: str, deadline: Deadline) -> float | None:
        return self._known.seen_at(*self._kept_as(self._client.org(deadline), object_name))

    def _kept_as(self, org: str, object_name: str) -> tuple[str, str, str]:
        return org, _key(object_name), self._client.external_id_field

    def _describe(self, object_name: str, deadline: Deadline) -> ObjectInfo:
        try:
            return describe(self._client, object_name, deadline)
        except CrmError as error:
            if error.reason is Reason.OBJECT_NOT_FOUND:
                # A version of the API that is gone shows as an object that is not there; this call then says so.
                self._client.call("GET", query_path(_QUERY_OF_EVERY_ORG), deadline)
            raise


def _key(object_name: str) -> str:
    """Salesforce minds no case."""
    return object_name.lower()


def _short(deadline: Deadline) -> Deadline:
    return Deadline(min(deadline.remaining() / _PART_OF_TIME, _LONGEST_LOOK))


def _what_is_wrong(info: ObjectInfo, name: str) -> str | None:
    lacks, field = lacks_of(info, name), info.field(name)
    if field is None:
        wrong = f"{info.name} has no field {name}, or the user may not see it; without it callbacks would double."
        return f"{wrong} {setup.external_id(info, name)}"
    if Lack.ACCESS in lacks:
        wrong = f"The user may not write {info.name}.{field.name}, without which callbacks would double."
        return f"{wrong} The org's admin gives Edit Access: {setup.object_access(info.plural)}."
    if not lacks:
        return None
    marks = " and ".join(lack.value for lack in lacks)
    wrong = f"{info.name}.{field.name} is not marked {marks}, so one event could get two records."
    return f"{wrong} The org's admin marks it: {setup.field_page(info, field)} > Edit."
