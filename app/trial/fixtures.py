"""The tests of the rules: whether they make of a fixture's payload the record that is wanted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from app.mapping.described import described
from app.mapping.rules import Config
from app.trial.changes import FIELDS, Change, changes_of
from app.trial.fixture_files import Fixture, folder_of
from app.trial.payload import Payload, Trial, try_rules

# A callback of a fixture that tells no time came then: on a Saturday.
RECEIVED_AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class Verdict(Enum):
    """What came of a fixture."""

    SAME = "as wanted"
    DIFFERENT = "different"
    NEW = "new"
    WRONG = "wrong"


@dataclass(frozen=True)
class Judged:
    """A fixture and what came of it: the `changes` from what is wanted, or a sentence in `said`.

    `record` is what the rules make, as the file of the wanted record holds it.
    """

    fixture: Fixture
    verdict: Verdict
    said: str = ""
    changes: tuple[Change, ...] = ()
    record: dict[str, Any] | None = None

    def accept(self) -> bool:
        """Writes what the rules make as what is wanted, if that is possible. Raises `OSError`."""
        if self.verdict not in (Verdict.NEW, Verdict.DIFFERENT):
            return False
        self.fixture.wanted.write_text(json.dumps(self.record, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        return True


def judge(fixture: Fixture, config: Config) -> Judged:
    """What came of the fixture. Raises `OSError`."""
    if fixture.wrong:
        return Judged(fixture, Verdict.WRONG, fixture.wrong)
    payload = Payload.of_file(str(fixture.file), fixture.file.read_bytes(), fixture.source)
    trial = try_rules(payload, config, RECEIVED_AT)
    wrong = _of_another_rule(trial, fixture.rule)
    return Judged(fixture, Verdict.WRONG, wrong) if wrong else _compare(fixture, _record(trial))


def _of_another_rule(trial: Trial, rule: str) -> str:
    explanation = trial.explanation
    if explanation is None:
        return f"it is refused with {trial.trouble.reason.word}: {trial.trouble.message}" if trial.trouble else ""
    taken = explanation.rule
    if folder_of(taken.name) == rule:
        return ""
    place = taken.origins["name"].place
    failed = [test for asked in explanation.asked if folder_of(asked.rule.name) == rule for test in asked.failed]
    why = f"; {failed[0].key} is not what {rule} wants" if failed else f", which comes before {rule}"
    return f"the rule {taken.name} ({place}) takes it{why}"


def _record(trial: Trial) -> dict[str, Any]:
    if trial.record is not None:
        return described(trial.record)
    if trial.skipped is not None:
        return {"skipped": trial.skipped}
    # A message names lines, which move with every change.
    return {"refused": trial.trouble.reason.word if trial.trouble else None}


def _compare(fixture: Fixture, record: dict[str, Any]) -> Judged:
    wanted = fixture.wanted
    if not wanted.exists():
        return Judged(fixture, Verdict.NEW, f"there is no {wanted.name}", record=record)
    try:
        before = dict(_parts(json.loads(wanted.read_text(encoding="utf-8"))))
    except (ValueError, AttributeError):
        return Judged(fixture, Verdict.DIFFERENT, f"{wanted.name} holds no record in JSON", record=record)
    changes = tuple(changes_of(before, dict(_parts(record))))
    return Judged(fixture, Verdict.DIFFERENT if changes else Verdict.SAME, changes=changes, record=record)


def _parts(described: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    yield from ((key, value) for key, value in described.items() if key != "fields")
    yield from ((f"{FIELDS}{name}", value) for name, value in (described.get("fields") or {}).items())
