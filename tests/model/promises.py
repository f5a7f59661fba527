"""What Ringback promises, as conditions on the model's worlds. Each answer is a sentence, or nothing where all is well."""

from tests.model.rules import SUCCESS
from tests.model.world import Step, World, has_record

AT_REST = ("new", "gone", "dead", "idle")


def broken_by(before: World, number: int | None, step: Step) -> str | None:
    """What a step breaks; `number` is who did it, none for time."""
    after = step.world
    return (
        _two_cases(after)
        or _disowned(after)
        or _lease_taken(before, number, after)
        or (_settled(before, number, after) or _answered(before, number, after) if number is not None else None)
        or _at_rest(after)
    )


def _two_cases(world: World) -> str | None:
    if world.unrecorded:
        return None
    contents = [content for _, content in world.cases]
    if len(contents) > len(set(contents)):
        return "a content has two Cases"
    # Only after an unknown outcome what has its Case may be a comment as well: better twice than never.
    sure = [row is not None and not row.unknown for row in world.rows]
    return "a content is said twice" if any(sure[one] for one in set(contents) & set(world.comments)) else None


def _disowned(world: World) -> str | None:
    for actor in world.actors:
        row = world.rows[actor.content]
        if actor.told != "queued":
            continue
        if row is None or row.state == "refused":
            return "jtel has heard 200, but Ringback does nothing more"
    return None


def _lease_taken(before: World, number: int | None, after: World) -> str | None:
    for row, then in zip(before.rows, after.rows, strict=True):
        if row is None or then is None or not row.runs or then.state == "delivered" or number is None:
            continue
        if then.lease != row.lease and row.lease != before.actors[number].name:
            return "a lease that runs was taken from its holder"
    return None


def _settled(before: World, number: int, after: World) -> str | None:
    actor = before.actors[number]
    row, then = before.rows[actor.content], after.rows[actor.content]
    if row is None or then is None:
        return None
    if row.state == "delivered" and then.state != "delivered":
        return "what was delivered is so no more"
    settles = actor.at == "got" and actor.result in SUCCESS and after.actors[number].at in ("gone", "idle")
    if settles and then.state != "delivered" and after.left == before.left:
        return "a success has not won"
    return None


def _answered(before: World, number: int, after: World) -> str | None:
    actor, then = before.actors[number], after.actors[number]
    if actor.told or not then.told:
        return None
    row, was = after.rows[actor.content], before.rows[actor.content]
    if actor.result in SUCCESS and not has_record(after, actor.content):
        return "jtel has heard of a Case that is not there"
    if then.told == "500" and actor.result == "lost":
        return "an unknown outcome was answered with a 500"
    sure = actor.result in ("trouble", "busy") or actor.at == "hold"
    if then.told == "queued" and sure and row is not None and was is not None:
        owned = was.promised or row.unknown or row.state != "waiting"
        if not owned and not before.alive:
            return "queued was said while no engine is alive"
    return None


def _at_rest(world: World) -> str | None:
    if any(actor.at not in AT_REST for actor in world.actors):
        return None
    for content, row in enumerate(world.rows):
        ended = row is not None and row.state in ("refused", "failed", "discarded")
        if ended and has_record(world, content) and not (world.overtaken or world.unrecorded):
            return "it is in the CRM, and the ledger does not know"
        sent = [
            one for one in world.actors if one.name.startswith("request") and one.content == content and one.at != "new"
        ]
        idle = all(one.at == "new" for one in world.actors if one.name in ("replay", "discard"))
        if sent and idle and all(one.told == "500" for one in sent) and (row is not None and row.state != "refused"):
            return "jtel has heard 500 only, but Ringback goes on"
    return None


def ended(world: World) -> bool:
    """Whether nothing is left to do: what every world must be able to come to by itself."""
    return all(row is None or row.state not in ("received", "waiting") for row in world.rows)
