"""The records of a fresh org."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.sandbox.salesforce.behaviours import BEFORE_SAVE
from app.sandbox.salesforce.clock import stamp
from app.sandbox.salesforce.ids import make_id
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.saving import keys_of
from app.sandbox.salesforce.store import Store, StoredRecord

SEEDS = Path(__file__).with_name("seed.toml")
INTEGRATION_USER = "integration@sandbox.example"
"""Whom the client credentials log in."""


def sow(org: SandboxOrg, store: Store) -> None:
    """Write the seed records, unless the store has records already."""
    with store.transaction():
        if store.all("Organization"):
            return
        ids: dict[str, str] = {}
        for object_name, rows in _seeds().items():
            for name, row in rows.items():
                values = {k: ids[v[1:]] if _is_reference(v) else v for k, v in row.items()}
                ids[name] = plant(org, store, object_name, values)


def plant(org: SandboxOrg, store: Store, object_name: str, values: dict[str, Any]) -> str:
    """Write a record that the integration user has made, whatever the API allows; answers its id."""
    obj = org.objects[object_name]
    record_id = make_id(obj.prefix, store.next_number(object_name))
    moment, user_id = stamp(), make_id("005", 1)
    fields = {n: f.default for n, f in obj.fields.items() if f.default is not None}
    fields |= {"Id": record_id, "CreatedDate": moment, "LastModifiedDate": moment, "SystemModstamp": moment}
    fields |= {"CreatedById": user_id, "LastModifiedById": user_id}
    if "OwnerId" in obj.fields:
        fields["OwnerId"] = user_id
    record = StoredRecord(object_name, record_id, {**fields, **values})
    if object_name in BEFORE_SAVE:
        BEFORE_SAVE[object_name](store, record, set(values))
    store.save(record, keys_of(obj, record))
    return record_id


@cache
def _seeds() -> dict[str, Any]:
    return tomllib.loads(SEEDS.read_text("utf-8"))


def _is_reference(value: Any) -> bool:
    return isinstance(value, str) and value.startswith("@")
