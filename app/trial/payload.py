"""What jtel sent, to be tried with one configuration or another."""

from dataclasses import dataclass, replace
from datetime import datetime

from app.delivery.courier.sending import Sending
from app.domain.callback import Callback
from app.domain.errors import RingbackError
from app.domain.reasons import Reason
from app.domain.record import Record
from app.domain.source import DEFAULT_SOURCE
from app.mapping.explain import Explanation, Fate, FieldStory, explain
from app.mapping.rules import Config
from app.payload import read


@dataclass(frozen=True)
class Payload:
    """A request of jtel; `name` is for people: a file, or an entry of the ledger.

    Without a `source` the usual one is meant. What has no `received_at` counts as received when its call ended.
    """

    name: str
    body: bytes
    query: bytes = b""
    source: str | None = None
    received_at: datetime | None = None

    @classmethod
    def of_file(
        cls, name: str, raw: bytes, source: str | None = None, received_at: datetime | None = None
    ) -> "Payload":
        """The content of a file as jtel sends it: `.query` in the address, all else as a body, which tells its form."""
        if name.endswith(".query"):
            return cls(name, b"", raw.strip().removeprefix(b"?"), source, received_at)
        return cls(name, raw, b"", source, received_at)


@dataclass(frozen=True)
class Trial:
    """What came of a payload: an `explanation`, or an `error` where it is no callback of the configuration."""

    payload: Payload
    explanation: Explanation | None
    error: RingbackError | None = None

    @property
    def record(self) -> Record | None:
        """What the rules make of it, if they do."""
        return self.explanation.record if self.explanation else None

    @property
    def skipped(self) -> str | None:
        """Why the rule makes nothing of it, if so."""
        return self.explanation.rule.skip if self.explanation else None

    @property
    def loses(self) -> bool:
        """Whether there is no record where there should be one, or one without a field whose template failed."""
        stories = self.explanation.fields if self.explanation else ()
        return self.trouble is not None or any(one.fate is Fate.FAILED for one in stories)

    @property
    def trouble(self) -> RingbackError | None:
        """Why there is no record."""
        return self.error or (self.explanation.refusal if self.explanation else None)


def usual_source(config: Config) -> str:
    """The source of a payload that does not say."""
    return DEFAULT_SOURCE if DEFAULT_SOURCE in config.sources else next(iter(config.sources))


def try_rules(payload: Payload, config: Config, now: datetime) -> Trial:
    """What the configuration makes of the payload. One that tells no time counts as received `now`."""
    try:
        callback = _read(payload, config, now)
    except RingbackError as error:
        return Trial(payload, None, error)
    return Trial(payload, _as_sent(explain(config, callback)))


def _as_sent(explanation: Explanation) -> Explanation:
    """As delivery sends it at first: with texts that are cut, and what could not be set in the description."""
    if explanation.record is None:
        return explanation
    record = Sending.of(explanation.record).record
    return replace(explanation, record=record, fields=[_story_of(story, record) for story in explanation.fields])


def _story_of(story: FieldStory, record: Record) -> FieldStory:
    if story.name in record.failed:
        return replace(story, fate=Fate.FAILED, value=None, note=record.failed[story.name])
    value = record.fields.get(story.name)
    if story.name not in record.cut:
        return replace(story, value=value)
    note = f"cut from {record.cut[story.name]} characters to {len(str(value))}"
    return replace(story, fate=Fate.CUT, value=value, note=f"{story.note}, {note}" if story.note else note)


def _read(payload: Payload, config: Config, now: datetime) -> Callback:
    name = payload.source or usual_source(config)
    source = config.sources.get(name)
    if source is None:
        known = ", ".join(config.sources)
        raise RingbackError(Reason.MAPPING_FAILED, f"There is no source {name} in the configuration; it has {known}.")
    callback = read(payload.body, payload.query, source, payload.received_at or now)
    return callback if payload.received_at else replace(callback, received_at=callback.requested_at)
