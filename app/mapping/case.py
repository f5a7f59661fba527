"""The built-in mapper `case`."""

from collections.abc import Mapping
from functools import partial
from typing import ClassVar

from marshmallow import Schema, fields

from app.domain.callback import Callback
from app.domain.record import CASE, Record, Value
from app.mapping.ivr_record import IVR_RECORD, ivr_record
from app.mapping.mapper import Mapper
from app.mapping.summary import is_search, related_field, summarize, without_search

# What an agent sees on one line. How much a field takes is the CRM's concern.
ONE_LINE = ("Subject", "SuppliedName", "SuppliedEmail", "SuppliedCompany", "SuppliedPhone")


class CaseOptions(Schema):
    """`with:` of the mapper `case`."""

    # Whether to link the Contact, Account or Case whose id jtel's IVR has saved.
    link = fields.Boolean(load_default=True)


class CaseMapper(Mapper):
    """A Salesforce Case of the rule's fields, linked to the record that jtel's IVR found."""

    Options: ClassVar[type[Schema]] = CaseOptions

    def map(self, callback: Callback) -> Record:
        """The rule's fields.

        A field that the rule sets is not linked over, unless it only looks for the caller by number.
        """
        # A subclass may have other options.
        links = bool(self.options.get("link", True))
        # Nothing is linked of a caller whom jtel's IVR did not find.
        if links and (callback.salesforce_id is not None or callback.ambiguous):
            values = self._linked(callback)
        else:
            values = self.fields.render(callback, summary=partial(summarize, callback, linked=False))
        return Record(CASE, on_one_line(values))

    def _linked(self, callback: Callback) -> dict[str, Value]:
        related = related_field(callback)
        linked: dict[str, Value] = dict([related]) if related and related[0] not in self.fields.renderers else {}
        values = self._render(callback, linked=bool(linked))
        if related and (is_search(value := values.get(related[0])) or value == related[1]):
            linked = dict([related])
            values = self._render(callback, linked=True)
        return linked | without_search(callback, values)

    def _render(self, callback: Callback, *, linked: bool) -> dict[str, Value]:
        summary = partial(summarize, callback, linked=linked)
        return self.fields.render(callback, summary=summary, **{IVR_RECORD: ivr_record(callback)})


def on_one_line(values: Mapping[str, Value]) -> dict[str, Value]:
    """The fields, with no line breaks where an agent sees one line only."""
    texts = {field: value for field in ONE_LINE if isinstance(value := values.get(field), str)}
    return {**values, **{field: " ".join(text.split()) for field, text in texts.items()}}
