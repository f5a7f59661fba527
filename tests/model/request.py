"""A request of jtel: it stores, attempts, and answers; or it is a repeat, and asks what has become of the first."""

from tests.model.crm import FIRST, attempt, create, is_there
from tests.model.rows import Row, changed, claimed
from tests.model.rules import SUCCESS, Rules, says
from tests.model.world import Actor, Step, Steps, World


def steps(rules: Rules, world: World, actor: Actor) -> Steps:
    """What the request may do next."""
    if actor.at == "gone":
        return
    yield from _STEPS[actor.at](rules, world, actor)
    if actor.at != "new" and world.left.crashes:
        yield Step("crashes", world.after("crashes"), actor.gone(), by_itself=False)


def _send(rules: Rules, world: World, actor: Actor) -> Steps:
    if world.rows[actor.version] is not None:
        yield Step("comes again", world, actor._replace(at="again"), by_itself=False)
        return
    row = changed(Row(), rules.receive(actor.name))
    stored = world.having(actor.version, row)
    at = "lease" if row.lease is None else "hold" if world.paused else "call"
    yield Step("is stored", stored, actor._replace(at=at, row=claimed(row)), by_itself=False)
    if world.left.doubts:
        bare = actor._replace(at="bare")
        yield Step("is stored, and hears nothing of it", stored.after("doubts"), bare, by_itself=False)
        yield Step("is not stored, and hears nothing of it", world.after("doubts"), bare, by_itself=False)


def _lease(_: Rules, world: World, actor: Actor) -> Steps:
    """Only where a planted mistake stores and leases in two commits."""
    row = world.row(actor.version)._replace(lease=actor.name, runs=True)
    yield Step("leases it", world.having(actor.version, row), actor._replace(at="call", row=claimed(row)))


def _call(rules: Rules, world: World, actor: Actor) -> Steps:
    yield from attempt(rules, world, actor)
    if actor.told:
        return
    promised = world.having(actor.version, rules.change(world.row(actor.version), "promise"))
    owned = actor._replace(told="queued")
    yield Step("answers queued at its deadline", promised, owned)
    if world.left.doubts:
        yield Step("answers queued, the ledger being away", world.after("doubts"), owned, by_itself=False)


def _got(rules: Rules, world: World, actor: Actor) -> Steps:
    if actor.result == "unsent" and not actor.told:
        yield from _hold(rules, world, actor)
        return
    result, row = actor.result, world.row(actor.version)
    ending = result not in SUCCESS and rules.must_end(world.alive)
    settled = rules.change(row, "settle", actor.claimed, result, ending, actor.told == "queued")
    after = world.having(actor.version, settled)
    said = _answer(rules, settled or row, result, ending=ending)
    yield Step(f"settles {result}, answers {said}", after, actor.gone(said))
    if world.left.crashes:
        yield Step(f"settles {result}, and crashes", after.after("crashes"), actor.gone(), by_itself=False)
    if world.left.doubts:
        # The ledger is away: whether an engine runs cannot be asked, and what was claimed is all that is known.
        said = _answer(rules, actor.claimed, result, ending=False)
        for one, words in ((after, "settles"), (world, "cannot settle")):
            label = f"{words} {result}, hears nothing of it, answers {said}"
            yield Step(label, one.after("doubts"), actor.gone(said), by_itself=False)


def _hold(rules: Rules, world: World, actor: Actor) -> Steps:
    why, row = actor.result or "paused", world.row(actor.version)
    ending = not actor.claimed.unknown and rules.must_end(world.alive)
    held = rules.change(row, "hold", actor.claimed, why, ending)
    said = _answer(rules, held or row, why, ending=ending)
    yield Step(f"holds it ({why}), answers {said}", world.having(actor.version, held), actor.gone(said))


def _again(rules: Rules, world: World, actor: Actor) -> Steps:
    row = world.row(actor.version)
    taken = rules.change(row, "claim by request", actor.name, world.alive)
    if taken is not None:
        yield Step("claims it", world.having(actor.version, taken), actor._replace(at="call", row=claimed(taken)))
    else:
        promised = rules.change(row, "promise")
        said = says(promised or row)
        yield Step(f"answers {said} of it", world.having(actor.version, promised), actor.gone(said))
    if world.left.doubts:
        said = "queued" if row.state == "waiting" else NOT_KNOWN
        yield Step(f"cannot ask the ledger, answers {said}", world.after("doubts"), actor.gone(said), by_itself=False)


def _bare(_: Rules, world: World, actor: Actor) -> Steps:
    """The ledger is away: Salesforce is asked all the same, and only a Case that was just made is a 200."""
    if is_there(world, FIRST):
        yield Step("finds a Case, answers 500", world, actor.gone(NOT_KNOWN))
        return
    for result, after in create(world, actor, FIRST):
        after = after._replace(unrecorded=world.unrecorded or after.has_record(actor.version))
        label = f"attempts it without the ledger: {result}"
        yield Step(label, after, actor.gone("there" if result == "created" else NOT_KNOWN), by_itself=False)


# The one 500 after which Ringback may go on: the ledger was away, see docs/reliability.md.
NOT_KNOWN = "500, the ledger being away"


def _answer(rules: Rules, row: Row, result: str, *, ending: bool) -> str:
    if result in SUCCESS:
        return "there"
    if row.state in ("refused", "failed"):
        return "500"
    if result == "skipped":
        return "skipped"
    if row.state == "received" and not rules.waits(row, result, ending=ending):
        return NOT_KNOWN
    return says(row)


_STEPS = {"new": _send, "lease": _lease, "call": _call, "got": _got, "hold": _hold, "again": _again, "bare": _bare}
