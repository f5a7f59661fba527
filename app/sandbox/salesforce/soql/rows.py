"""The rows of an answer: fields, nested parents, aggregates."""

from collections.abc import Callable
from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.schema import SObject
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
        self.aggregate = any(isinstance(i, Count) for i in query.selection)
        self.only_count = len(query.selection) == 1 and query.selection[0] == Count()
        if self.aggregate and not all(isinstance(i, Count) for i in query.selection):
            raise error(400, "MALFORMED_QUERY", "Field must be grouped or aggregated: GROUP BY is not supported")
        self._columns = [self._column(path) for path in self._expanded()]

    def row(self, record: StoredRecord) -> dict[str, Any]:
        row: dict[str, Any] = {"attributes": self._attributes(record)}
        for write in self._columns:
            write(row, record)
        return row

    def aggregate_row(self, records: list[StoredRecord]) -> dict[str, Any]:
        row: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
        for number, item in enumerate(self._query.selection):
            if isinstance(item, Count) and item.path:
                _field, get = self._paths.resolve(self._obj, item.path)
                row[item.alias or f"expr{number}"] = sum(get(r) is not None for r in records)
        return row

    def _expanded(self) -> list[Path]:
        paths: list[Path] = []
        for item in self._query.selection:
            if isinstance(item, Path):
                paths.append(item)
            elif isinstance(item, AllFields):
                paths.extend(self._all_fields(item))
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
        names = self._without_alias(path.names)
        if len(names) == 1:
            return lambda row, record: row.__setitem__(field.name, get(record))

        def write(row: dict[str, Any], record: StoredRecord) -> None:
            self._write_parent(row, self._obj, record, names[:-1], field.name, get(record))

        return write

    def _without_alias(self, names: tuple[str, ...]) -> tuple[str, ...]:
        own = ((self._query.alias or "").lower(), self._obj.name.lower())
        return names[1:] if len(names) > 1 and names[0].lower() in own else names

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
