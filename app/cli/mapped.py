"""What a configuration makes of a payload, for people. It holds personal data."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from textwrap import wrap
from typing import Any

from app.cli.table import WIDTH
from app.domain.harmless import harmless
from app.domain.record import Ref, Value
from app.mapping.explain import Asked, Explanation, Fate, FieldStory
from app.mapping.origins import Origin
from app.mapping.rules import Rule
from app.mapping.summary import duration
from app.trial.org import Foreseen, Remark
from app.trial.payload import Trial

MOST_LINES = 15
_NAME_WIDTH = 18
_TEMPLATE: Any = {"max_lines": 4, "placeholder": " …", "break_on_hyphens": False, "break_long_words": False}


def tell_trial(trial: Trial, foreseen: Foreseen | None) -> Iterator[str]:
    """The lines for one payload."""
    explanation = trial.explanation
    if explanation is None:
        yield f"{trial.payload.name}: {trouble_of(trial)}"
        return
    callback, rule = explanation.callback, explanation.rule
    yield f"{trial.payload.name}: event {callback.event_id} of source {callback.source.name}"
    becomes = trouble_of(trial) if explanation.refusal else _becomes(explanation)
    yield f"  Rule {rule.name} ({place_of(rule)}): {becomes}"
    if rule.merge and explanation.record:
        yield f"  or a comment, if this number has got a Case in the last {duration(rule.merge)} that is open"
    yield from _fields(explanation, foreseen)
    yield from _rules(explanation)


def trouble_of(trial: Trial) -> str:
    """Why there is no record: the reason, and its sentence."""
    trouble = trial.trouble
    return harmless(f"refused with {trouble.reason.word}: {trouble.message}") if trouble else ""


def shown(value: Any) -> str:
    """A value for people."""
    if isinstance(value, Ref):
        by = f" (by {value.by})" if value.by else ""
        otherwise = ", otherwise nothing" if value.quiet else ""
        otherwise = otherwise if value.otherwise is None else f", otherwise {shown(value.otherwise)}"
        return f"{value.object or value.kind.replace('_', ' ')} {harmless(value.name)}{by}{otherwise}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, timedelta):
        return duration(value)
    return f"{value:%a %Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else harmless(str(value))


def source_of(origin: Origin) -> str:
    """Who gave it, where it stands, and how it is written, on one line."""
    text = " ".join(origin.text.split())
    return f"{origin.given_by}, {origin.place}{f': {text}' if text else ''}"


def _becomes(explanation: Explanation) -> str:
    record = explanation.record
    if record is None:
        return f"nothing is made of it: {harmless(explanation.rule.skip or '')}"
    kind = record.object
    return f"{'an' if kind[:1] in 'AEIO' else 'a'} {kind} with the external id {explanation.callback.external_id}"


def _fields(explanation: Explanation, foreseen: Foreseen | None) -> Iterator[str]:
    sent = [story for story in explanation.fields if story.value is not None]
    missing = [story for story in explanation.fields if story.value is None]
    for story in sent:
        yield from _field(story, foreseen)
    for remark in foreseen.of(None) if foreseen else ():
        yield from _remark(remark)
    if missing:
        yield "  Not sent:"
    for story in missing:
        yield from _field(story, None)


def _field(story: FieldStory, foreseen: Foreseen | None) -> Iterator[str]:
    name = f"  {story.name}"
    lines = list(_lines(story.note if story.value is None else _value(story.name, story.value, foreseen)))
    if len(name) >= _NAME_WIDTH:
        yield name
        name = ""
    yield f"{name:{_NAME_WIDTH}}{lines[0]}"
    for line in lines[1:]:
        yield _indented(line)
    if story.fate is not Fate.EMPTY and story.value is not None and story.note:
        yield _indented(f"({story.note})")
    if story.origin is not None:
        yield from map(_indented, wrap(f"from {source_of(story.origin)}", WIDTH - _NAME_WIDTH, **_TEMPLATE))
    for remark in foreseen.of(story.name) if foreseen else ():
        yield from _remark(remark)


def _value(name: str, value: Value, foreseen: Foreseen | None) -> str:
    if not isinstance(value, Ref) or foreseen is None:
        return shown(value)
    # That there is none need not be told anybody.
    resolved = foreseen.fields.get(name, value)
    return f"{shown(value)}: {'found nowhere' if isinstance(resolved, Ref) else shown(resolved)}"


def _remark(remark: Remark) -> Iterator[str]:
    what = "REFUSED" if remark.fatal else "DROPPED" if remark.lost else "note"
    said = " ".join(filter(None, [f"{what}:", remark.message, remark.fix, f"[{remark.code}]"]))
    yield from (_indented(harmless(line)) for line in wrap(said, WIDTH - _NAME_WIDTH, break_on_hyphens=False))


def _rules(explanation: Explanation) -> Iterator[str]:
    if len(explanation.asked) > 1:
        yield "  Rules before it:"
    for asked in explanation.asked[:-1]:
        yield f"  {asked.rule.name}, {place_of(asked.rule)}"
        for reason in why_not(asked):
            yield _indented(_clipped(reason))


def place_of(rule: Rule) -> str:
    """Where the rule stands."""
    return rule.origins["name"].place


def why_not(asked: Asked) -> Iterator[str]:
    """The conditions that do not hold, a sentence each."""
    for test in asked.failed:
        wanted = f", wanted is {' '.join(test.origin.text.split())}" if test.origin else ""
        yield f"{test.key} is {'not there' if test.value is None else shown(test.value)}{wanted}"


def _lines(text: str) -> Iterator[str]:
    lines = [part for line in text.split("\n") for part in (wrap(line, WIDTH - _NAME_WIDTH) or [""])]
    yield from lines[:MOST_LINES]
    if len(lines) > MOST_LINES:
        yield f"… and {len(lines) - MOST_LINES} more lines: --json has them"


def _indented(line: str) -> str:
    return f"{' ' * _NAME_WIDTH}{line}".rstrip()


def _clipped(text: str) -> str:
    most = WIDTH - _NAME_WIDTH
    return text if len(text) <= most else f"{text[: most - 1]}…"
