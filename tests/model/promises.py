"""What Ringback promises. Each function gives a sentence of what is broken, or nothing where all is well."""

from collections.abc import Sequence

from tests.model.rows import Row
from tests.model.rules import SUCCESS
from tests.model.world import Actor, Step, World

_OVER = ("gone", "idle")


def broken_by(before: World, actor: Actor, step: Step) -> str | None:
    """What the actor's step breaks."""
    return (
        _written_twice(step.world)
        or _lease_taken(before, actor, step.world)
        or _success_lost(before, actor, step)
        or _answered(before, actor, step)
    )


def broken_in(world: World, actors: Sequence[Actor]) -> str | None:
    """What is broken in a world, whoever did it."""
    for actor in actors:
        if actor.told == "queued" and ((row := world.rows[actor.version]) is None or row.state == "refused"):
            return "jtel has heard 200, but Ringback does nothing more"
    if any(actor.at not in ("new", "gone", "dead", "idle") for actor in actors):
        return None
    return next(filter(None, (_at_rest(world, version, row, actors) for version, row in enumerate(world.rows))), None)


def is_finished(world: World) -> bool:
    """Whether nothing is left to do: what every world must be able to come to by itself."""
    return all(row is None or row.state not in ("received", "waiting") for row in world.rows)


def _written_twice(world: World) -> str | None:
    if world.unrecorded or len(world.cases) + len(world.comments) < 2:
        return None
    versions = [version for _, version in world.cases]
    if len(versions) > len(set(versions)):
        return "a version has two Cases"
    # Only after an unknown outcome what has its Case may be a comment as well: better twice than never.
    twice = set(versions) & set(world.comments)
    return "a version is said twice" if any(not world.row(one).unknown for one in twice) else None


def _lease_taken(before: World, actor: Actor, after: World) -> str | None:
    for row, then in zip(before.rows, after.rows, strict=True):
        if row is None or then is None or not row.runs or then.state == "delivered":
            continue
        if row.lease not in (then.lease, actor.name):
            return "a lease that runs was taken from its holder"
    return None


def _success_lost(before: World, actor: Actor, step: Step) -> str | None:
    row, then = before.rows[actor.version], step.world.rows[actor.version]
    if row is None or then is None or then.state == "delivered":
        return None
    if row.state == "delivered":
        return "what was delivered is so no more"
    settles = actor.at == "got" and actor.result in SUCCESS and step.actor.at in _OVER
    return "a success has not won" if settles and step.world.left == before.left else None


def _answered(before: World, actor: Actor, step: Step) -> str | None:
    told = step.actor.told
    if actor.told or not told:
        return None
    if actor.result in SUCCESS and not step.world.has_record(actor.version):
        return "jtel has heard of a Case that is not there"
    if told == "500" and actor.result == "lost":
        return "an unknown outcome was answered with a 500"
    sure = actor.result in ("trouble", "busy", "unsent") or actor.at == "hold"
    if told == "queued" and sure and not before.alive:
        row, then = before.row(actor.version), step.world.row(actor.version)
        if not row.promised and not then.unknown and then.state == "waiting":
            return "queued was said while no engine is alive"
    return None


def _at_rest(world: World, version: int, row: Row | None, actors: Sequence[Actor]) -> str | None:
    """When nobody is under way any more."""
    ended = row is not None and row.state in ("refused", "failed", "discarded")
    if ended and world.has_record(version) and not (world.overtaken or world.unrecorded):
        return "it is in the CRM, and the ledger does not know"
    if any(one.at == "gone" for one in actors if one.name in ("replay", "discard")):
        return None
    told = {one.told for one in actors if one.version == version and one.is_request and one.at == "gone"}
    if told == {"500"} and (row is not None and row.state != "refused"):
        return "jtel has heard 500 only, but Ringback goes on"
    return None
