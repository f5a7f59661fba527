"""Changes of queues: who may own what."""

import re
from collections.abc import Sequence

from app.sandbox.salesforce.changes.lookup import BadChangeError, find_field, find_named
from app.sandbox.salesforce.changes.records import edit
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.seed import plant
from app.sandbox.salesforce.store import StoredRecord


def add_queue(instance: Instance, *, queue: str, objects: Sequence[str] = ("Case",)) -> None:
    """A new queue that may own these objects; or these, too, for one that is there."""
    known = find_field(instance, "QueueSobject", "SobjectType").picklist
    for name in (name for name in objects if name not in known):
        raise BadChangeError(f"a queue cannot own {name}; it can own {', '.join(known)}")
    found = next(
        (g for g in instance.store.all("Group") if (g.fields["Name"], g.fields["Type"]) == (queue, "Queue")), None
    )
    owned = {row.fields["SobjectType"] for row in _rows_of(instance, found.id)} if found else set()
    with instance.store.transaction():
        named = {"Name": queue, "DeveloperName": _developer_name(queue), "Type": "Queue"}
        queue_id = found.id if found else plant(instance.org, instance.store, "Group", named)
        for name in (name for name in objects if name not in owned):
            plant(instance.org, instance.store, "QueueSobject", {"QueueId": queue_id, "SobjectType": name})


def rename_queue(instance: Instance, *, queue: str, name: str) -> None:
    found = find_named(instance, "Group", queue)
    edit(instance, found, {"Name": name, "DeveloperName": _developer_name(name)})


def delete_queue(instance: Instance, *, queue: str) -> None:
    found = find_named(instance, "Group", queue)
    for row in _rows_of(instance, found.id):
        _delete(instance, row)
    _delete(instance, found)


def drop_queue_object(instance: Instance, *, queue: str, object: str) -> None:  # noqa: A002
    """A queue that may not own records of this object any more."""
    rows = [
        row
        for row in _rows_of(instance, find_named(instance, "Group", queue).id)
        if row.fields["SobjectType"] == object
    ]
    if not rows:
        raise BadChangeError(f"the queue {queue} does not own {object}")
    for row in rows:
        _delete(instance, row)


def _rows_of(instance: Instance, queue_id: str) -> list[StoredRecord]:
    return [row for row in instance.store.all("QueueSobject") if row.fields["QueueId"] == queue_id]


def _developer_name(name: str) -> str:
    """As Setup proposes it."""
    return re.sub(r"[^0-9A-Za-z]+", "_", name).strip("_")


def _delete(instance: Instance, record: StoredRecord) -> None:
    record.deleted = True
    record.fields["IsDeleted"] = True
    instance.store.save(record, [])
