"""What a configuration makes of a payload, for other programs. The keys are all there always and are never renamed."""

from collections.abc import Iterable, Iterator
from typing import Any

from app.cli.mapped import why_not
from app.mapping.described import written
from app.mapping.explain import FieldStory
from app.mapping.origins import Origin
from app.mapping.summary import duration
from app.trial.org import Foreseen, Remark
from app.trial.payload import Trial


def trial_as_json(trial: Trial, foreseen: Foreseen | None) -> dict[str, Any]:
    """One payload. It holds personal data."""
    explanation = trial.explanation
    callback = explanation.callback if explanation else None
    record = trial.record
    rule = explanation.rule if explanation else None
    return {
        "name": trial.payload.name,
        "source": callback.source.name if callback else trial.payload.source,
        "event": callback.event_id if callback else None,
        "externalId": callback.external_id if callback else None,
        "receivedAt": callback.received_at.isoformat() if callback else None,
        "rule": rule.name if rule else None,
        **placed(rule.origins["name"] if rule else None),
        "merge": duration(rule.merge) if rule and rule.merge else None,
        "require": list(rule.require) if rule else [],
        "skipped": trial.skipped,
        "object": record.object if record else None,
        "record": {name: written(value) for name, value in record.fields.items()} if record else None,
        "fields": list(_fields(explanation.fields, foreseen)) if explanation else [],
        "passedOver": [
            {"rule": asked.rule.name, **placed(asked.rule.origins["name"]), "because": list(why_not(asked))}
            for asked in (explanation.asked[:-1] if explanation else ())
        ],
        "error": error_as_json(trial),
        "crm": None if foreseen is None else [_remark(one) for one in foreseen.of(None)],
    }


def error_as_json(trial: Trial) -> dict[str, str] | None:
    """Why there is no record, if so."""
    trouble = trial.trouble
    return {"reason": trouble.reason.word, "message": trouble.message} if trouble else None


def placed(origin: Origin | None) -> dict[str, Any]:
    """Where something stands."""
    return {"file": origin.file if origin else None, "line": origin.line if origin else None}


def _fields(stories: Iterable[FieldStory], foreseen: Foreseen | None) -> Iterator[dict[str, Any]]:
    for story in stories:
        origin = story.origin
        yield {
            "field": story.name,
            "state": story.fate.value,
            "value": written(story.value),
            "givenBy": origin.given_by if origin else None,
            **placed(origin),
            "template": origin.text if origin else None,
            "note": story.note,
            "resolved": written(foreseen.fields.get(story.name)) if foreseen else None,
            "crm": None if foreseen is None else [_remark(one) for one in foreseen.of(story.name)],
        }


def _remark(remark: Remark) -> dict[str, Any]:
    effect = "refused" if remark.fatal else "dropped" if remark.lost else "note"
    return {"effect": effect, "code": remark.code, "message": remark.message, "fix": remark.fix}
