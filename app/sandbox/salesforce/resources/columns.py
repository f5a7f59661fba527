"""What `?columns=true` answers: the columns of a query instead of its rows, as command line tools ask for."""

from typing import Any

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.errors import not_found
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.schema import Field, SObject
from app.sandbox.salesforce.soql.counts import counts, names_of
from app.sandbox.salesforce.soql.nodes import Path, Query
from app.sandbox.salesforce.soql.paths import Paths
from app.sandbox.salesforce.soql.rows import RowMaker

APEX_TYPES = {"id": "Id", "reference": "Id", "boolean": "Boolean", "int": "Integer", "double": "Double",
              "currency": "Double", "date": "Date", "datetime": "Datetime"}  # fmt: skip
NUMBERS = ("int", "double", "currency")


def describe_columns(instance: Instance, call: ApiCall, query: Query) -> dict[str, Any]:
    """One entry for each field; a parent's field is a join column of its relationship."""
    obj = instance.org.visible(query.object.names[0], call.user_id)
    if obj is None:
        raise not_found()
    paths = Paths(instance.org, instance.store, call.user_id, query.text, query.alias)
    selected = RowMaker(call, obj, paths, query).expanded()
    counted = [{**_describe(Field(name, "int")), "aggregate": True} for name in names_of(counts(query))]
    return {
        "columnMetadata": counted or [_column(paths, obj, path) for path in selected],
        "entityName": obj.name,
        "groupBy": False,
        "idSelected": any(path.names[-1].lower() == "id" for path in selected),
        "keyPrefix": obj.prefix,
    }


def _column(paths: Paths, obj: SObject, path: Path) -> dict[str, Any]:
    field, _get = paths.resolve(obj, path)
    column = _describe(field)
    for name in reversed(paths.names_of(obj, path)[:-1]):
        column = {**_describe(Field(name, "reference")), "joinColumns": [column], "textType": False}
    return column


def _describe(field: Field) -> dict[str, Any]:
    return {
        "aggregate": False,
        "apexType": APEX_TYPES.get(field.type, "String"),
        "booleanType": field.type == "boolean",
        "columnName": field.name,
        "custom": field.custom,
        "displayName": field.name,
        "foreignKeyName": None,
        "insertable": field.createable,
        "joinColumns": [],
        "numberType": field.type in NUMBERS,
        "textType": field.type not in APEX_TYPES,
        "updatable": field.updateable,
    }
