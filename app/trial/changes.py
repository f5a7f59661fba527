"""What a change of the rules changes for a callback."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.mapping.described import written
from app.mapping.origins import Origin
from app.mapping.summary import duration
from app.trial.payload import Trial

FIELDS = "fields."


@dataclass(frozen=True)
class Change:
    """A part of what a callback becomes (`rule`, `object`, `fields.Priority`, …) as it was and as it is, as JSON.

    Nothing stands for what is not sent. The origins are the places in the two configurations that gave it.
    """

    part: str
    old: Any
    new: Any
    old_origin: Origin | None = None
    new_origin: Origin | None = None


@dataclass(frozen=True)
class Compared:
    """A payload under two configurations."""

    old: Trial
    new: Trial
    changes: tuple[Change, ...]


def compare(old: Trial, new: Trial) -> Compared:
    """What is different between two trials of one payload."""
    changes = [
        replace(one, old_origin=_origin(old, one.part), new_origin=_origin(new, one.part))
        for one in changes_of(_parts(old), _parts(new))
    ]
    return Compared(old, new, tuple(changes))


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """The parts that are not the same."""
    parts = [part for part in {**before, **after} if before.get(part) != after.get(part)]
    return [Change(part, before.get(part), after.get(part)) for part in parts]


def _parts(trial: Trial) -> Mapping[str, Any]:
    # A message names lines, which move with every change.
    parts: dict[str, Any] = {"refused": trial.trouble.reason.word if trial.trouble else None}
    if trial.explanation is not None:
        rule = trial.explanation.rule
        parts["rule"] = rule.name
        parts["merge"] = duration(rule.merge) if rule.merge else None
        parts["skip"] = rule.skip
        parts["require"] = sorted(rule.require) or None
    if trial.record is not None:
        parts["object"] = trial.record.object
        parts |= {f"{FIELDS}{name}": written(value) for name, value in trial.record.fields.items()}
    return parts


def _origin(trial: Trial, part: str) -> Origin | None:
    origins = trial.explanation.rule.origins if trial.explanation else {}
    return origins.get("name" if part == "rule" else part)
