"""The filters of templates, by name. Another one is a function in one of these files, and a line in its `FILTERS`."""

from app.mapping.filters import numbers, texts, times, values
from app.mapping.filters.filter import Filter

FILTERS: dict[str, Filter] = {
    one.name: one for one in (*numbers.FILTERS, *times.FILTERS, *texts.FILTERS, *values.FILTERS)
}

__all__ = ["FILTERS", "Filter"]
