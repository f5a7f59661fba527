"""Why a callback became what it became, as rows of tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.console.callback.shown import Shown
from app.mapping.explain import Asked, Tested
from app.mapping.origins import Origin
from app.trial.changes import FIELDS, Change
from app.trial.why import Became, FieldOfCallback, Why


@dataclass(frozen=True)
class GivenBy:
    """The line of the configuration that gave something: who it is of, its place, and how it is written."""

    name: str
    place: str
    text: str


@dataclass(frozen=True)
class FieldRow:
    """A field: what became of it, its value, and where it is from. `rule_gives` is empty where that is the same."""

    name: str
    became: Became
    value: str
    given_by: GivenBy | None
    note: str
    rule_gives: str


@dataclass(frozen=True)
class PassedOver:
    """A rule that was asked, and the conditions that do not hold: the key, what came, and what is wanted."""

    name: str
    place: str
    because: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Difference:
    """What today's rules would do otherwise."""

    part: str
    old: str
    new: str
    given_by: GivenBy | None


@dataclass(frozen=True)
class Explained:
    """The rules in their order up to the one that took it, `rule`; nothing of it where there is no explanation."""

    why: Why
    rule: str | None
    place: str
    refusal: str | None
    skipped: str | None
    passed_over: Sequence[PassedOver]
    fields: Sequence[FieldRow]
    differences: Sequence[Difference]


def explained(why: Why, shown: Shown) -> Explained:
    """For the page."""
    explanation = why.trial.explanation if why.trial else None
    rule = explanation.rule if explanation else None
    trouble = why.trial.trouble if why.trial else None
    return Explained(
        why,
        rule.name if rule else None,
        _short(rule.origins.get("name")) if rule else "",
        trouble.message if trouble else None,
        why.trial.skipped if why.trial else None,
        [_passed_over(asked, shown) for asked in (explanation.asked[:-1] if explanation else ())],
        [_field(one, shown) for one in why.fields],
        list(_differences(why.changes, shown)),
    )


def _field(one: FieldOfCallback, shown: Shown) -> FieldRow:
    gives = shown.text(one.rule_gives)
    return FieldRow(one.name, one.became, shown.text(one.value), _given_by(one.origin), one.note, gives)


def _passed_over(asked: Asked, shown: Shown) -> PassedOver:
    origin = asked.rule.origins.get("name")
    return PassedOver(asked.rule.name, _short(origin), [_because(test, shown) for test in asked.failed])


def _because(test: Tested, shown: Shown) -> tuple[str, str, str]:
    wanted = " ".join(test.origin.text.split()) if test.origin else ""
    return test.key, shown.text(test.value), wanted


def _differences(changes: Sequence[Change], shown: Shown) -> Iterator[Difference]:
    for one in changes:
        part = one.part.removeprefix(FIELDS)
        yield Difference(part, shown.text(one.old), shown.text(one.new), _given_by(one.new_origin or one.old_origin))


def _given_by(origin: Origin | None) -> GivenBy | None:
    return GivenBy(origin.given_by, origin.short, origin.text.strip()) if origin else None


def _short(origin: Origin | None) -> str:
    return origin.short if origin else ""
