"""A request of jtel: it stores, attempts, and answers; or it is a repeat, and asks what has become of the first."""

from tests.model.crm import FIRST, create, deliver
from tests.model.rows import Row, changed, claimed
from tests.model.rules import SUCCESS, Rules, says
from tests.model.world import Step, Steps, World, gone, has_record, spend, with_actor, with_row

UNDER_WAY = ("leasing", "call", "got", "hold", "again", "bare")


def steps(rules: Rules, world: World, number: int) -> Steps:
    """What the request may do next."""
    at = world.actors[number].at
    yield from _STEPS[at](rules, world, number) if at in _STEPS else ()
    if at in UNDER_WAY and world.left.crashes:
        yield Step("crashes", gone(spend(world, "crashes"), number), False)


def _send(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    if any(one.at == "new" for one in world.actors[:number]):
        return
    if world.rows[actor.content] is not None:
        yield Step("comes again", with_actor(world, number, at="again"), False)
        return
    row = changed(Row(), rules.receive(actor.name))
    stored = with_row(world, actor.content, row)
    at = "leasing" if row.lease is None else "hold" if world.paused else "call"
    yield Step("is stored", with_actor(stored, number, at=at, row=claimed(row)), False)
    if world.left.doubts:
        for after, words in ((stored, "is stored"), (world, "is not stored")):
            yield Step(
                f"{words}, and hears nothing of it", with_actor(spend(after, "doubts"), number, at="bare"), False
            )


def _lease(_: Rules, world: World, number: int) -> Steps:
    """Only where a planted mistake stores and leases in two commits."""
    actor = world.actors[number]
    row = world.rows[actor.content]
    assert row is not None
    leased = row._replace(lease=actor.name, runs=True)
    yield Step("leases it", with_actor(with_row(world, actor.content, leased), number, at="call", row=claimed(leased)))


def _call(rules: Rules, world: World, number: int) -> Steps:
    for result, after in deliver(rules, world, number):
        calm = result in (*SUCCESS, "busy")
        yield Step(f"attempts it: {result}", with_actor(after, number, at="got", result=result), calm)
    actor = world.actors[number]
    if actor.told:
        return
    promised = rules.change(_row(world, number), "promise")
    yield Step(
        "answers queued at its deadline", with_actor(with_row(world, actor.content, promised), number, told="queued")
    )
    if world.left.doubts:
        yield Step(
            "answers queued, the ledger being away", with_actor(spend(world, "doubts"), number, told="queued"), False
        )


def _got(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    result, attempted = actor.result, actor.row
    assert attempted is not None
    ending = result not in SUCCESS and rules.must_end(world.alive)
    row = _row(world, number)
    settled = rules.change(row, "settle", attempted, result, ending, actor.told == "queued")
    after = with_row(world, actor.content, settled)
    said = _answer(rules, settled or row, result, ending=ending)
    yield Step(f"settles {result}, answers {said}", gone(after, number, said))
    if world.left.crashes:
        yield Step(f"settles {result}, and crashes", gone(spend(after, "crashes"), number), False)
    if world.left.doubts:
        # The ledger is away: whether an engine runs cannot be asked, and what was claimed is all that is known.
        said = _answer(rules, attempted, result, ending=False)
        for one, words in ((after, "settles"), (world, "cannot settle")):
            yield Step(
                f"{words} {result}, hears nothing of it, answers {said}",
                gone(spend(one, "doubts"), number, said),
                False,
            )


def _hold(rules: Rules, world: World, number: int) -> Steps:
    actor = world.actors[number]
    ending = rules.must_end(world.alive)
    held = rules.change(_row(world, number), "hold", actor.row, ending)
    said = _answer(rules, held or _row(world, number), "paused", ending=ending)
    yield Step(f"holds it, answers {said}", gone(with_row(world, actor.content, held), number, said))


def _again(rules: Rules, world: World, number: int) -> Steps:
    actor, row = world.actors[number], _row(world, number)
    taken = rules.change(row, "claim by request", actor.name, world.alive)
    if taken is not None:
        yield Step(
            "claims it", with_actor(with_row(world, actor.content, taken), number, at="call", row=claimed(taken))
        )
    else:
        promised = rules.change(row, "promise")
        said = says(promised or row)
        yield Step(f"answers {said} of it", gone(with_row(world, actor.content, promised), number, said))
    if world.left.doubts:
        said = "queued" if row.state == "waiting" else "500, not known"
        yield Step(f"cannot ask the ledger, answers {said}", gone(spend(world, "doubts"), number, said), False)


def _bare(_: Rules, world: World, number: int) -> Steps:
    """The ledger is away: Salesforce is asked all the same, and only a Case that was just made is a 200."""
    if any(FIRST == external_id for external_id, _ in world.cases):
        yield Step("finds a Case, answers 500", gone(world, number, "500, not known"))
        return
    for result, after in create(world, number, FIRST):
        said = "there" if result == "created" else "500, not known"
        made = after._replace(unrecorded=world.unrecorded or has_record(after, world.actors[number].content))
        yield Step(f"attempts it without the ledger: {result}, answers {said}", gone(made, number, said), False)


def _answer(rules: Rules, row: Row, result: str, *, ending: bool) -> str:
    if result in SUCCESS:
        return "there"
    if row.state in ("refused", "failed"):
        return "500"
    if row.state == "received" and not rules.waits(row, result, ending=ending):
        return "500, not known"
    return says(row)


def _row(world: World, number: int) -> Row:
    row = world.rows[world.actors[number].content]
    assert row is not None
    return row


_STEPS = {"new": _send, "leasing": _lease, "call": _call, "got": _got, "hold": _hold, "again": _again, "bare": _bare}
