"""What the records of one write do to one another: they share its time, its limits, its triggers and its locks."""

import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.faults import TRANSACTION, make_error
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.soql.conditions import Conditions
from app.sandbox.salesforce.soql.parser import parse_condition
from app.sandbox.salesforce.store import StoredRecord

Data = Mapping[str, Any]
NO_PARENTS = ("OwnerId", "RecordTypeId")
"""References whose record is not locked when another one is written that names it."""
TRIGGER_FAILED = "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"


class Transaction:
    """One write of one record or more, each with the name of its object."""

    def __init__(self, instance: Instance, call: ApiCall, records: Collection[tuple[str, Data]]) -> None:
        self._instance, self._call, self._records = instance, call, records
        met = instance.faults.take(call.method, call.path, TRANSACTION, call.outer, size=len(records))
        self._faults = {fault.name: fault.parameters for fault in met}
        self._parents: set[str] = set()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Takes the time that so many records take, and holds their parents. Raises what meets them all."""
        if "parent_lock" in self._faults:
            self._parents = self._instance.parents.take(self._all_parents())
        try:
            time.sleep(self._seconds())
            self._check_triggers()
            yield
        finally:
            self._instance.parents.give_back(self._parents)

    def _seconds(self) -> float:
        slow, held = self._faults.get("record_time", {}), self._faults.get("parent_lock", {})
        per_record = slow.get("per_record", 0.0) * len(self._records)
        return float(slow.get("seconds", 0.0) + per_record + held.get("seconds", 0.0))

    def check_parents(self, object_name: str, data: Data) -> None:
        """Refuse a record whose parent another call holds."""
        if "parent_lock" not in self._faults:
            return
        for parent in self._parents_of(object_name, data):
            if parent not in self._parents:
                message = f"unable to obtain exclusive access to this record or 1 records: {parent}"
                raise make_error({"code": "UNABLE_TO_LOCK_ROW", "message": message})

    def check_failures(self, failed: int) -> None:
        """Refuse all when some have failed. By itself a trigger runs again for those that are left, up to twice."""
        if failed and len(self._records) > 1 and "batch_retries" in self._faults:
            message = "Too many batch retries in the presence of Apex triggers and partial failures."
            raise error(400, "LIMIT_EXCEEDED", message, [])

    def _check_triggers(self) -> None:
        """Refuse all for a limit that they share, or for one at which a trigger stumbles."""
        for name in ("governor_limit", "trigger"):
            fault = self._faults.get(name)
            if fault and any(self._is_guilty(fault.get("when"), *record) for record in self._records):
                raise make_error({"code": TRIGGER_FAILED, "message": fault["message"]})

    def _is_guilty(self, when: str | None, object_name: str, data: Data) -> bool:
        obj = self._instance.org.object(object_name)
        if not when or obj is None:
            return True
        record = StoredRecord(obj.name, "", {name: data.get(name) for name in obj.fields})
        condition = Conditions(self._instance.org, self._instance.store, obj, self._call.user_id)
        return condition.compile(parse_condition(when))(record)

    def _all_parents(self) -> set[str]:
        return {parent for record in self._records for parent in self._parents_of(*record)}

    def _parents_of(self, object_name: str, data: Data) -> Iterator[str]:
        obj = self._instance.org.object(object_name)
        for name, field in obj.fields.items() if obj else ():
            if field.type == "reference" and name not in NO_PARENTS and isinstance(data.get(name), str):
                yield data[name]
