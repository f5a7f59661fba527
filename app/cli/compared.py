"""What a change of the rules changes for callbacks, for people and for other programs. It holds personal data."""

import difflib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Any

from app.cli.checked import counted
from app.cli.mapped import trouble_of
from app.cli.mapped_json import error_as_json, placed
from app.cli.table import WIDTH
from app.domain.harmless import harmless
from app.mapping.origins import Origin
from app.trial.changes import FIELDS, Change, Compared


def tell_compared(compared: Sequence[Compared]) -> Iterator[str]:
    """What changes, callback by callback, and how many they are."""
    for one in compared:
        if one.changes:
            yield from (_title(one), *tell_changes(one.changes), "")
        elif one.new.error:
            yield from (f"{one.new.payload.name}: {trouble_of(one.new)}", "")
    changed = [one for one in compared if one.changes]
    yield f"{len(changed)} of {counted(len(compared), 'callback')} {'changes' if len(changed) == 1 else 'change'}."
    parts = Counter(change.part.removeprefix(FIELDS) for one in changed for change in one.changes)
    if parts:
        yield from wrap(f"What changes: {', '.join(f'{part} {count}' for part, count in parts.most_common())}.", WIDTH)


def tell_changes(changes: Sequence[Change]) -> Iterator[str]:
    """Each change: what was has a minus before it, what is a plus."""
    for change in changes:
        name = change.part.removeprefix(FIELDS)
        old, new = _lines(change.old), _lines(change.new)
        if max(len(old), len(new)) > 1:
            yield f"  {name}:"
            shown = list(difflib.unified_diff(old, new, n=0, lineterm=""))[2:]
            yield from (f"    {line}" for line in shown if not line.startswith("@@"))
            continue
        yield from (f"  - {name}: {line}{_at(change.old_origin)}" for line in old)
        yield from (f"  + {name}: {line}{_at(change.new_origin)}" for line in new)


def compared_as_json(compared: Sequence[Compared]) -> dict[str, Any]:
    """The keys are all there always and are never renamed."""
    return {
        "callbacks": len(compared),
        "changed": sum(bool(one.changes) for one in compared),
        "refused": sum(one.new.trouble is not None for one in compared),
        "changes": [_as_json(one) for one in compared if one.changes],
    }


def _as_json(one: Compared) -> dict[str, Any]:
    return {
        "name": one.new.payload.name,
        "event": _event(one),
        "error": error_as_json(one.new),
        "parts": [
            {
                "part": change.part,
                "old": change.old,
                "new": change.new,
                "oldPlace": placed(change.old_origin),
                "newPlace": placed(change.new_origin),
            }
            for change in one.changes
        ],
    }


def _title(one: Compared) -> str:
    event = _event(one)
    return f"{one.new.payload.name}{f': event {event}' if event else ''}"


def _event(one: Compared) -> str | None:
    explanation = one.new.explanation or one.old.explanation
    return f"{explanation.callback.event_id} of source {explanation.callback.source.name}" if explanation else None


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return harmless(text).split("\n")


def _at(origin: Origin | None) -> str:
    return f"   ({origin.given_by}, {origin.place})" if origin else ""
