"""The rows of an answer: fields, nested parents, aggregates."""

from collections.abc import Callable
from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.schema import SObject
from app.sandbox.salesforce.soql.counts import counts, names_of
from app.sandbox.salesforce.soql.nodes import AllFields, Count, Path, Query
from app.sandbox.salesforce.soql.paths import Paths
from app.sandbox.salesforce.store import StoredRecord

FIELDS_LIMIT = 200


class RowMaker:
    """Makes rows for one query; all paths are resolved at the start, so errors come before any record."""

    def __init__(self, call: ApiCall, obj: SObject, paths: Paths, query: Query) -> None:
        self._call = call
        self._obj = obj
        self._paths = paths
        self._query = query
        self.counts = counts(query)
        self.only_count = len(query.selection) == 1 and query.selection[0] == Count()
        for count in self.counts:
            self._check_countable(count)
        self._columns = [self._column(path) for path in self.expanded()]

    def row(self, record: StoredRecord) -> dict[str, Any]:
        row: dict[str, Any] = {"attributes": self._attributes(record)}
        for write in self._columns:
            write(row, record)
        return row

    def aggregate_row(self, records: list[StoredRecord]) -> dict[str, Any]:
        row: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for name, count in zip(names_of(self.counts), self.counts, strict=True):
            if count.path:
                _field, get = self._paths.resolve(self._obj, count.path)
                row[name] = sum(get(r) is not None for r in records)
        return row

    def _check_countable(self, count: Count) -> None:
        field = self._paths.resolve(self._obj, count.path)[0] if count.path else None
        if field and field.type == "picklist":  # sources disagree whether Salesforce does
            raise error(400, "MALFORMED_QUERY", f"The sandbox does not serve COUNT of a picklist: {field.name}")
        if field and (field.type == "boolean" or not field.filterable):
            raise error(400, "MALFORMED_QUERY", f"field {field.name} does not support aggregate operator COUNT")

    def expanded(self) -> list[Path]:
        """The fields that are selected, none twice."""
        paths: list[Path] = []
        for item in self._query.selection:
            if isinstance(item, Path):
                paths.append(item)
            elif isinstance(item, AllFields):
                paths.extend(self._all_fields(item))
        names = [".".join(self._paths.names_of(self._obj, path)).lower() for path in paths]
        for path in (path for number, path in enumerate(paths) if names[number] in names[:number]):
            raise error(400, "INVALID_FIELD", f"duplicate field selected: {path}")
        return paths

    def _all_fields(self, item: AllFields) -> list[Path]:
        if item.which not in ("ALL", "STANDARD", "CUSTOM"):
            raise error(400, "MALFORMED_QUERY", f"Invalid FIELDS function: {item.which}")
        if item.which != "STANDARD" and not 0 < (self._query.limit or 0) <= FIELDS_LIMIT:
            message = f"The SOQL FIELDS function must have a LIMIT of at most {FIELDS_LIMIT}"
            raise error(400, "MALFORMED_QUERY", message)
        wanted = {"ALL": (True, False), "STANDARD": (False,), "CUSTOM": (True,)}[item.which]
        return [Path((n,)) for n, f in self._obj.fields.items() if f.custom in wanted]

    def _column(self, path: Path) -> Callable[[dict[str, Any], StoredRecord], None]:
        field, get = self._paths.resolve(self._obj, path)
        names = self._paths.names_of(self._obj, path)
        if len(names) == 1:
            return lambda row, record: row.__setitem__(field.name, get(record))

        def write(row: dict[str, Any], record: StoredRecord) -> None:
            self._write_parent(row, self._obj, record, names[:-1], field.name, get(record))

        return write

    def _write_parent(
        self, row: dict[str, Any], obj: SObject, record: StoredRecord, names: tuple[str, ...], leaf: str, value: Any
    ) -> None:
        holder: StoredRecord = record
        for name in names:
            reference = obj.parent(name)
            relationship = reference.relationship if reference else None
            parent = self._paths.parent(holder, reference) if reference else None
            if parent is None or relationship is None:
                row[relationship or name] = None
                return
            row = row.setdefault(relationship, {"attributes": self._attributes(parent)})
            obj, holder = self._paths.object_of(parent), parent
        row[leaf] = value

    def _attributes(self, record: StoredRecord) -> dict[str, str]:
        return {"type": record.object, "url": self._call.url(record.object, record.id)}
