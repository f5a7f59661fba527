"""From a `Callback` to a `Record`, by rules. Pure: no I/O, no clock.

What a mapper class needs is importable from here; docs/writing-a-mapper.md shows how to write one.
"""

from app.domain.callback import Callback, Person
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Record, Ref, Value
from app.domain.source import Source
from app.mapping.case import CaseMapper, CaseOptions
from app.mapping.mapper import Mapper

__all__ = [
    "Callback",
    "CaseMapper",
    "CaseOptions",
    "Mapper",
    "MappingError",
    "Person",
    "Reason",
    "Record",
    "Ref",
    "Source",
    "Value",
]
