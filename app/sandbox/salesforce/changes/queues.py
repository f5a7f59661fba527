"""Changes of queues: who may own what."""

from app.sandbox.salesforce.changes.lookup import BadChangeError, find_named
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.store import StoredRecord


def delete_queue(instance: Instance, *, queue: str) -> None:
    found = find_named(instance, "Group", queue)
    for row in _rows_of(instance, found):
        _delete(instance, row)
    _delete(instance, found)


def drop_queue_object(instance: Instance, *, queue: str, object: str) -> None:  # noqa: A002
    """A queue that may not own records of this object any more."""
    rows = [
        row for row in _rows_of(instance, find_named(instance, "Group", queue)) if row.fields["SobjectType"] == object
    ]
    if not rows:
        raise BadChangeError(f"the queue {queue} does not own {object}")
    for row in rows:
        _delete(instance, row)


def _rows_of(instance: Instance, queue: StoredRecord) -> list[StoredRecord]:
    return [row for row in instance.store.all("QueueSobject") if row.fields["QueueId"] == queue.id]


def _delete(instance: Instance, record: StoredRecord) -> None:
    record.deleted = True
    record.fields["IsDeleted"] = True
    instance.store.save(record, [])
