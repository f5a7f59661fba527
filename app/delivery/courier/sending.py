"""A callback is worth more than a field: what to send after a refusal, and what to say when nothing more helps."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from app.crm.lengths import MOST_CUTS, Limit, fitted, may_be_cut, tighter
from app.delivery.courier.leave_out import TOO_LONG, rescue, without
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.domain.record import Dropped, Outgoing, Record

# Calls for one record, the first and the rescue included.
MOST_TRIES = 8
# No smaller record would be taken either: they are about the object, the user or the external id.
_BEYOND_FIELDS = frozenset(
    {
        Reason.OBJECT_NOT_FOUND,
        Reason.PERMISSION_MISSING,
        Reason.ASSIGNMENT_RULE_INVALID,
        Reason.EXTERNAL_ID_MISSING,
        Reason.SEVERAL_RECORDS,
        Reason.INTERNAL_ERROR,
    }
)


@dataclass(frozen=True)
class Sending:
    """A record on its way: `whole` is what the rule made, `dropped` what is left out of it now.

    `limits` say to what texts are cut that were refused as too long. `refusals` are the errors that named what was
    dropped or cut, `cause` is the one that led to the rescue, of which `rescued` is the whole. `tried` are fields that
    had been refused to others; this one finds out whether that is over.
    """

    whole: Record
    dropped: tuple[Dropped, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    refusals: tuple[CrmError, ...] = ()
    tries: int = 1
    rescued: Record | None = None
    cause: CrmError | None = None
    tried: frozenset[str] = frozenset()

    @classmethod
    def of(cls, record: Record) -> "Sending":
        """The first try of what the rule made."""
        failed = record.failed.items()
        return cls(record, tuple(Dropped(name, Reason.MAPPING_FAILED.word, said) for name, said in failed))

    @cached_property
    def record(self) -> Record:
        """What is sent."""
        whole = self.rescued or self.whole
        kept = without(whole, self.dropped, self.limits) if self.dropped or self.limits else whole
        return fitted(kept, self.limits)

    @property
    def sent(self) -> Outgoing:
        """The same with what it lacks."""
        return Outgoing(self.record, {one.field: self.whole.fields.get(one.field) for one in self.dropped})

    def within(self, known: Mapping[str, Limit]) -> "Sending":
        """The same, with its texts cut to what is known to fit."""
        return self if known.keys() <= self.limits.keys() else replace(self, limits={**known, **self.limits})

    def leave_out(self, known: Sequence[Dropped], due: Sequence[Dropped]) -> "Sending":
        """The same without what is known to be refused, but with what is due to be tried again."""
        if not (known or due) or self.rescued is not None:
            return self
        tried = self.tried | {one.field for one in due}
        stays = {one.field for one in self.dropped} | self.whole.require | tried
        more = tuple(one for one in known if one.field not in stays)
        return replace(self, dropped=self.dropped + more, tried=tried)

    def names(self, error: CrmError) -> list[str]:
        """The fields of what was sent that the error names, in the rule's spelling: Salesforce minds no case."""
        return self._own((*error.fields, *error.too_long))

    def shorter(self, error: CrmError) -> dict[str, Limit]:
        """Those of them that are sent again with less of their text, and how much that is."""
        named = {name.lower(): most for name, most in error.too_long.items()}
        texts = {name: self.record.fields[name] for name in self._own(named) if self._cuts(name) < MOST_CUTS}
        return {name: tighter(str(text), named[name.lower()]) for name, text in texts.items() if may_be_cut(name, text)}

    def at_fault(self, error: CrmError) -> list[str]:
        """Those of them that may be dropped."""
        stays = self.whole.require | self.shorter(error).keys()
        return [name for name in self.names(error) if name not in stays]

    def after(self, error: CrmError) -> "Sending | None":
        """What to send after this refusal; nothing if it is final."""
        if self.tries >= MOST_TRIES or not error.is_refusal:
            return None
        shorter, droppable = self.shorter(error), self.at_fault(error)
        cut = replace(self, limits={**self.limits, **shorter}, refusals=(*self.refusals, error), tries=self.tries + 1)
        if self.rescued is not None:
            return cut if shorter else None
        more = tuple(
            Dropped(name, TOO_LONG if name in error.too_long else error.reason.word, error.message)
            for name in droppable
        )
        if (droppable or shorter) and self.tries < MOST_TRIES - 1:
            return replace(cut, dropped=self.dropped + more)
        if (self.names(error) and not (droppable or shorter)) or error.reason in _BEYOND_FIELDS:
            return None
        least = rescue(self.whole, self.dropped + more, error.reason.word, error.message)
        if least is None or not (shorter or len(least[1]) > len(self.dropped)):
            return None
        return replace(cut, rescued=least[0], dropped=least[1], refusals=self.refusals, cause=self._cause(error))

    def _own(self, names: Iterable[str]) -> list[str]:
        wanted = {name.lower() for name in names}
        return [name for name in self.record.fields if name.lower() in wanted]

    def _cuts(self, name: str) -> int:
        return sum(name in self._own(refusal.too_long) for refusal in self.refusals)

    def failed(self, error: CrmError) -> CrmError:
        """What to say at the end: a rescue that is refused as well says nothing new."""
        if not error.is_refusal:
            return error.after_dropping(self.dropped)
        return self.cause or self._cause(error)

    def _cause(self, error: CrmError) -> CrmError:
        """A field that is missing because it was dropped is missing for the reason why it was dropped."""
        if error.reason is Reason.REQUIRED_FIELD_MISSING:
            # Its `fields` are of the record, in which this one is no more.
            said = {word.lower() for word in re.findall(r"\w+", error.message)}
            for refusal in self.refusals:
                if said & {name.lower() for name in refusal.fields}:
                    return refusal
        return error
