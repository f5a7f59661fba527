"""What a fresh jtel has: the documented examples, filled up to records that can be worked with."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from app.sandbox.jtel.events import blank_event
from app.sandbox.jtel.store import JtelStore, StoredEvent

SEEDS = Path(__file__).with_name("seed.toml")


def sow(store: JtelStore) -> None:
    """Write the seed records, unless the store has records already."""
    with store.lock:
        if store.all("AcdGroup"):
            return
        seeds = {**_seeds()}
        events = [StoredEvent({**blank_event(), **row}, {}) for row in seeds.pop("AcdEvent")]
        store.fill(seeds, events)


@cache
def _seeds() -> dict[str, Any]:
    return tomllib.loads(SEEDS.read_text("utf-8"))
