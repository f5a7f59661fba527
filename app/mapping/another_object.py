"""The built-in mapper of rules that name another object than the Case."""

from app.domain.callback import Callback
from app.domain.record import Record
from app.mapping.case import on_one_line
from app.mapping.ivr_record import IVR_RECORD, ivr_record
from app.mapping.mapper import Mapper
from app.mapping.templates import Fields


class ObjectMapper(Mapper):
    """A record of the rule's fields and nothing else: what it is linked to stands in the rule as well."""

    def __init__(self, fields: Fields, object_name: str) -> None:
        super().__init__(fields, {})
        self.object = object_name

    def map(self, callback: Callback) -> Record:
        """The rule's fields. What jtel's IVR has found stands in the place of a search for it."""
        values = self.fields.render(callback, **{IVR_RECORD: ivr_record(callback)})
        return Record(self.object, on_one_line(values))
