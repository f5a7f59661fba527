"""Carrying out a query: which records, in which order, which fields."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql import nodes, semijoins
from app.sandbox.salesforce.soql.complaints import pointed
from app.sandbox.salesforce.soql.conditions import Conditions, sort_key
from app.sandbox.salesforce.soql.paths import Paths
from app.sandbox.salesforce.soql.rows import RowMaker
from app.sandbox.salesforce.soql.shortcut import candidates
from app.sandbox.salesforce.store import Store, StoredRecord

MAX_OFFSET = 2000


@dataclass(frozen=True)
class Result:
    """All rows of a query; `count` differs from their number for COUNT()."""

    rows: list[dict[str, Any]]
    count: int


class QueryRunner:
    """Carries out queries for one caller."""

    def __init__(self, org: SandboxOrg, store: Store, call: ApiCall, *, with_deleted: bool = False) -> None:
        self._org = org
        self._store = store
        self._call = call
        self._with_deleted = with_deleted

    def run(self, query: nodes.Query) -> Result:
        obj = self._object(query)
        paths = Paths(self._org, self._store, self._call.user_id, query.text, query.alias)
        maker = RowMaker(self._call, obj, paths, query)
        records = self._page(query, self._sorted(query, paths, obj, self._matching(query, obj)))
        if maker.only_count:
            return Result([], len(records))
        if maker.counts:
            row = maker.aggregate_row(records)
            return Result([row], 1)
        rows = [maker.row(record) for record in records]
        return Result(rows, len(rows))

    def records(self, query: nodes.Query, among: Sequence[StoredRecord]) -> list[dict[str, Any]]:
        """The rows of those of the given records that the query takes (for searches)."""
        obj = self._object(query)
        paths = Paths(self._org, self._store, self._call.user_id, query.text)
        ids = {record.id for record in among}
        matching = [record for record in self._matching(query, obj) if record.id in ids]
        maker = RowMaker(self._call, obj, paths, query)
        return [maker.row(record) for record in self._page(query, self._sorted(query, paths, obj, matching))]

    def _object(self, query: nodes.Query) -> SObject:
        name = query.object.names[0]
        found = self._org.visible(name, self._call.user_id)
        if found is None:
            message = (
                f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to "
                "append the '__c' after the entity name. Please reference your WSDL or the describe call for the "
                "appropriate names."
            )
            raise error(400, "INVALID_TYPE", pointed(query.text, query.object.position, message))
        return found

    def _matching(self, query: nodes.Query, obj: SObject) -> list[StoredRecord]:
        semijoins.check_places(query.where)
        if query.where is None:
            return self._store.all(obj.name, with_deleted=self._with_deleted)
        conditions = Conditions(self._org, self._store, obj, self._call.user_id, query.text, query.alias)
        conditions.subquery = partial(self._column, obj)
        test = conditions.compile(query.where)
        return [r for r in candidates(self._store, obj, query, with_deleted=self._with_deleted) if test(r)]

    def _column(self, outer: SObject, left: Field, query: nodes.Query) -> list[Any]:
        """The values of a semi-join: `Id IN (SELECT QueueId FROM QueueSobject …)`."""
        path = semijoins.check_subquery(query)
        obj = self._object(query)
        paths = Paths(self._org, self._store, self._call.user_id, query.text, query.alias)
        semijoins.check_own(paths.names_of(obj, path))
        field, get = paths.resolve(obj, path)
        semijoins.check_objects(outer, left, obj, field)
        return [value for record in self._matching(query, obj) if (value := get(record)) is not None]

    def _sorted(
        self, query: nodes.Query, paths: Paths, obj: SObject, records: list[StoredRecord]
    ) -> list[StoredRecord]:
        for ordering in reversed(query.order):
            field, get = paths.resolve(obj, ordering.path)
            if not field.filterable:
                message = f"field '{field.name}' can not be sorted in a query call"
                raise error(400, "INVALID_FIELD", pointed(query.text, ordering.path.position, message))
            empty = [r for r in records if get(r) is None]
            filled = [r for r in records if get(r) is not None]
            filled.sort(key=lambda r: sort_key(field, get(r)), reverse=ordering.descending)
            records = empty + filled if ordering.nulls_first else filled + empty
        return records

    def _page(self, query: nodes.Query, records: list[StoredRecord]) -> list[StoredRecord]:
        if query.offset > MAX_OFFSET:
            message = f"Maximum SOQL offset allowed is {MAX_OFFSET}"
            raise error(400, "NUMBER_OUTSIDE_VALID_RANGE", pointed(query.text, 0, message))
        end = None if query.limit is None else query.offset + query.limit
        return records[query.offset : end]
