"""Whether the queues that rules name are there, and can own the record."""

from collections.abc import Iterator
from difflib import get_close_matches

from app.checking.codes import OrgCode
from app.checking.findings import OrgFinding
from app.checking.view import View, about
from app.checking.wishes import Wish
from app.crm.org import ObjectInfo, OrgQueue
from app.crm.salesforce import setup
from app.crm.salesforce.refs.objects import LOOKED_IN
from app.domain.record import Ref

_READ = set(LOOKED_IN["queue"])


def check_queue(view: View, wish: Wish, info: ObjectInfo, ref: Ref) -> Iterator[OrgFinding]:
    """The queue with this name or developer name; only one that can own the object is meant."""
    if _READ & set(view.org.refused):
        return  # told once for all
    name = ref.name.lower()
    named = [one for one in view.org.queues if name in (one.name.lower(), one.developer_name.lower())]
    able = [one for one in named if info.name in one.objects]
    if not named:
        near = get_close_matches(ref.name, [one.name for one in view.org.queues], n=1)
        meant = f' Did you mean "{near[0]}"?' if near else ""
        yield about(
            wish,
            OrgCode.QUEUE_NOT_FOUND,
            f'The org has no queue "{ref.name}".{meant}',
            f"Name a queue of the org in the rule, or its admin creates it with {info.label} as a supported object: "
            f"{setup.QUEUES} > New.",
        )
    elif not able:
        yield _unable(wish, info, named[0])
    elif len(able) > 1:
        yield about(
            wish,
            OrgCode.QUEUE_NAMED_TWICE,
            f'The org has {len(able)} queues named "{ref.name}" that can own a {info.label}.',
            f"Name it by its developer name ({', '.join(one.developer_name for one in able)}) in the rule.",
        )


def known_queue(view: View, wish: Wish, info: ObjectInfo, record_id: str) -> Iterator[OrgFinding]:
    """The queue with this id."""
    if _READ & set(view.org.refused):
        return
    queue = next((one for one in view.org.queues if one.id[:15] == record_id[:15]), None)
    if queue is None:
        message = f"The org has no queue with the id {record_id}."
        yield about(wish, OrgCode.QUEUE_NOT_FOUND, message, "Correct the id in the rule, or name the queue.")
    elif info.name not in queue.objects:
        yield _unable(wish, info, queue)


def _unable(wish: Wish, info: ObjectInfo, queue: OrgQueue) -> OrgFinding:
    return about(
        wish,
        OrgCode.QUEUE_NOT_FOR_OBJECT,
        f'The queue "{queue.name}" cannot own a {info.label}.',
        f"The org's admin adds {info.label} to it: {setup.QUEUES} > {queue.name} > Edit > Supported Objects.",
    )
