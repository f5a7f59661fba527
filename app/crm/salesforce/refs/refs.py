"""Resolves the refs of records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.crm.salesforce.client import Client
from app.crm.salesforce.refs.cache import Cache
from app.crm.salesforce.refs.found import Answer, Known, Missing
from app.crm.salesforce.refs.kinds import KINDS, mistake
from app.crm.salesforce.refs.lookup import WantedRef, look_up
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.waiting import Deadline

# Seconds. A renamed queue is noticed after the first; what an admin has just made is found after the second.
FOUND_FOR = 600.0
MISSING_FOR = 60.0
# A telephone number is some hundred bytes.
REMEMBERED = 10_000


@dataclass
class _Resolving:
    """A record on the way: `open` are the fields whose ref has no answer yet."""

    object: str
    fields: dict[str, Value]
    require: frozenset[str]
    open: dict[str, Ref]
    missing: dict[str, Missing] = field(default_factory=dict)
    trouble: CrmError | None = None


class Refs:
    """One call for up to five names that are not known yet, none for the others. Safe to use from many threads."""

    def __init__(self, client: Client, found_for: float = FOUND_FOR, missing_for: float = MISSING_FOR) -> None:
        self._client = client
        self._missing_for = missing_for
        self._found_for = found_for
        self._cache = Cache[WantedRef, Answer](REMEMBERED, self._lifetime)

    def resolve(self, records: Sequence[Record], deadline: Deadline) -> list[Mapping[str, Value] | CrmError]:
        """For each record its fields with an id in the place of each ref, or why there is none.

        A quiet ref that leads nowhere is left out.

        Such an error names all fields whose ref leads nowhere; it names none when Salesforce could not be asked.
        """
        return self._resolve([_begin(record) for record in records], deadline)

    def look_up(self, records: Sequence[Record], deadline: Deadline) -> list[CrmError | None]:
        """The same ahead of time: for each record the error. What changes meanwhile is left for when it is sent."""
        resolved = self._resolve([_without_changing(_begin(record)) for record in records], deadline)
        return [fields if isinstance(fields, CrmError) else None for fields in resolved]

    def _resolve(self, on_the_way: Sequence[_Resolving], deadline: Deadline) -> list[Mapping[str, Value] | CrmError]:
        while wanted := dict.fromkeys(one for record in on_the_way for one in _wanted(record)):
            answers = self._cache.get_all(wanted, lambda new: look_up(self._client, new, deadline), deadline)
            for record in on_the_way:
                _go_on(record, answers)
        return [_end(record) for record in on_the_way]

    def forget(self, record: Record, fields: Iterable[str]) -> bool:
        """Drops what is remembered of these fields' refs, since Salesforce refused it; whether there was any.

        What was looked up but now is kept: to ask again would bring the same.
        """
        refs = (ref for name in fields for ref in _chain(record.fields.get(name)))
        return self._cache.forget([_key(ref, record.object) for ref in refs], self._missing_for)

    def _lifetime(self, wanted: WantedRef, answer: Answer) -> float:
        if wanted.kind.changes:
            return 0.0
        return self._found_for if isinstance(answer, Known) else self._missing_for


def _key(ref: Ref, object_name: str) -> WantedRef:
    return WantedRef(replace(ref, name=ref.name.strip(), otherwise=None, quiet=False), object_name)


def _chain(value: Value | None) -> Iterator[Ref]:
    while isinstance(value, Ref):
        yield value
        value = value.otherwise


def _begin(record: Record) -> _Resolving:
    refs = {name: value for name, value in record.fields.items() if isinstance(value, Ref)}
    return _Resolving(record.object, dict(record.fields), record.require, refs)


def _without_changing(record: _Resolving) -> _Resolving:
    lasting = {name: ref for name, ref in record.open.items() if ref.kind not in KINDS or not KINDS[ref.kind].changes}
    return replace(record, open=lasting)


def _wanted(record: _Resolving) -> Iterator[WantedRef]:
    for name, ref in list(record.open.items()):
        wrong = mistake(ref)
        if wrong is None:
            yield _key(ref, record.object)
        else:
            record.missing[name] = Missing(Reason.MAPPING_FAILED, f"The mapper gave {wrong}. Its developer mends it.")
            del record.open[name]


def _go_on(record: _Resolving, answers: Mapping[WantedRef, Answer | CrmError]) -> None:
    for name, ref in list(record.open.items()):
        answer = answers[_key(ref, record.object)]
        del record.open[name]
        if isinstance(answer, Known):
            record.fields[name] = answer.id
        elif isinstance(answer, CrmError):
            record.trouble = record.trouble or answer
        elif isinstance(ref.otherwise, Ref):
            record.open[name] = ref.otherwise
        elif ref.otherwise is not None:
            record.fields[name] = ref.otherwise
        elif (_is_usual(ref, answer) or _is_quiet(ref, answer)) and name not in record.require:
            del record.fields[name]
        else:
            record.missing[name] = answer


def _is_usual(ref: Ref, answer: Missing) -> bool:
    """Whether that none is there is nothing to tell anybody."""
    kind = KINDS[ref.kind]
    return kind.usually_none and answer.reason is kind.reason


def _is_quiet(ref: Ref, answer: Missing) -> bool:
    # What our user may not look up an admin has to hear of.
    return ref.quiet and answer.reason is not Reason.PERMISSION_MISSING


def _end(record: _Resolving) -> Mapping[str, Value] | CrmError:
    if record.trouble is not None:
        return record.trouble
    if not record.missing:
        return record.fields
    told = " ".join(f"fields.{name}: {missing.said}" for name, missing in record.missing.items())
    first = next(iter(record.missing.values()))
    return CrmError(first.reason, told, fields=tuple(record.missing))
