"""What a fresh jtel has: the documented examples, filled up to records that can be worked with."""

import tomllib
from pathlib import Path

from app.sandbox.jtel.events import blank_event
from app.sandbox.jtel.store import JtelStore, StoredEvent

SEEDS = Path(__file__).with_name("seed.toml")


def sow(store: JtelStore) -> None:
    """Write the seed records, unless the store has records already."""
    with store.lock:
        if store.all("AcdGroup"):
            return
        seeds = tomllib.loads(SEEDS.read_text("utf-8"))
        events = seeds.pop("AcdEvent")
        for kind, rows in seeds.items():
            for row in rows:
                store.save(kind, row)
        store.save_events(StoredEvent({**blank_event(), **row}, {}) for row in events)
