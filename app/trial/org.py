"""What the org would make of the records of trials. Nothing is written there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.checking.check import LOOK_SECONDS, wanted_of
from app.checking.codes import Level
from app.checking.external_id import check_external_id
from app.checking.fields import check_fields, check_required
from app.checking.findings import OrgFinding
from app.checking.objects import check_objects
from app.checking.refs import check_refs
from app.checking.rules import WrittenRules
from app.checking.values import check_values
from app.checking.view import View
from app.checking.wishes import Wish
from app.crm.org import Org
from app.crm.port import Inspector, Resolver
from app.domain.errors import CrmError
from app.domain.record import Record, Ref, Value
from app.trial.payload import Trial
from app.waiting import Deadline

RESOLVE_SECONDS = 20.0


@dataclass(frozen=True)
class Remark:
    """What the org makes of a field, or of the record where there is no field: `code` is a word of docs/checks.md or
    docs/reasons.md. `lost` says that the field would be dropped, `fatal` that the callback would be refused.
    """

    field: str | None
    code: str
    message: str
    fix: str = ""
    lost: bool = True
    fatal: bool = False


@dataclass(frozen=True)
class Foreseen:
    """`fields` hold an id in the place of each ref that leads somewhere."""

    fields: Mapping[str, Value]
    remarks: Sequence[Remark]

    def of(self, field: str | None) -> list[Remark]:
        """The remarks about this field; without one, about no field that is sent."""
        return [one for one in self.remarks if one.field == field]

    @property
    def loses(self) -> bool:
        """Whether a field would be dropped, or the callback refused."""
        return any(one.lost for one in self.remarks)


@dataclass(frozen=True)
class OrgTrial:
    """Asks the org as delivery would, and compares the records with its objects."""

    inspector: Inspector
    resolver: Resolver
    external_id_field: str

    def run(self, trials: Sequence[Trial]) -> list[Foreseen | None]:
        """For each trial what the org would make of its record; nothing where there is none.

        One look at the org for all, and at most one call for the new names of each. Raises `CrmError` when the org
        cannot be asked.
        """
        records = [trial.record for trial in trials]
        resolved = [self._resolve(record) if record else None for record in records]
        wishes = [_wishes(trial, one.fields) if one else () for trial, one in zip(trials, resolved, strict=True)]
        if not any(wishes):
            return list(resolved)
        everything = [wish for of_trial in wishes for wish in of_trial]
        rules = {wish.object: wish.rules for wish in everything}
        org = self.inspector.look(wanted_of(WrittenRules(tuple(everything), rules, (), ())), Deadline(LOOK_SECONDS))
        return [
            self._judge(org, record, one, own) if record and one else None
            for record, one, own in zip(records, resolved, wishes, strict=True)
        ]

    def _resolve(self, record: Record) -> Foreseen:
        try:
            return Foreseen(self.resolver.resolve(record, Deadline(RESOLVE_SECONDS)), ())
        except CrmError as error:
            if not error.fields:
                raise
        # One by one now: what was not found is remembered, so that this costs no call.
        fields = dict(record.fields)
        remarks: list[Remark] = []
        for name, value in record.fields.items():
            try:
                alone = replace(record, fields={name: value})
                fields |= self.resolver.resolve(alone, Deadline(RESOLVE_SECONDS))
            except CrmError as error:
                said = error.message.removeprefix(f"fields.{name}: ")
                remarks.append(Remark(name, error.reason.word, said, fatal=name in record.require))
        return Foreseen(fields, remarks)

    def _judge(self, org: Org, record: Record, resolved: Foreseen, wishes: Sequence[Wish]) -> Foreseen:
        rules = {record.object: wishes[0].rules if wishes else ()}
        view = View(org, wishes, rules, self.external_id_field)
        found = [remark for finding in _findings(view, record) if (remark := _remark(view, record, finding))]
        return replace(resolved, remarks=[*resolved.remarks, *found])


def _wishes(trial: Trial, fields: Mapping[str, Value]) -> tuple[Wish, ...]:
    if trial.explanation is None or trial.record is None:
        return ()
    of, rules = trial.record.object, (trial.explanation.rule.name,)
    return tuple(
        Wish(of, name, rules, None, () if isinstance(value, Ref) else (value,), (), may_be_empty=False)
        for name, value in fields.items()
    )


def _findings(view: View, record: Record) -> Iterator[OrgFinding]:
    yield from check_objects(view, (record.object,)).findings
    yield from check_external_id(view, {}).findings
    for check in (check_fields, check_required, check_values, check_refs):
        yield from check(view).findings


def _remark(view: View, record: Record, finding: OrgFinding) -> Remark | None:
    if finding.level is Level.UNCHECKED:
        return None
    lost = finding.level is Level.ERROR
    field = finding.field if finding.field in record.fields else None
    info = view.org.objects.get(record.object)
    described = info.field(field) if info and field else None
    # Without what the org or the rule requires there is no Case.
    needed = field is None or field in record.require or (described is not None and described.required)
    return Remark(field, finding.code.word, finding.message, finding.fix, lost, fatal=lost and needed)
