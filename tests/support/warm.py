"""The fork server imports this last: its children share what is loaded and worked out by then.

Short ones cost half as much. That nothing depends on it is shown by those that start from nothing (`started`).
"""

import gc
import threading
from pathlib import Path

import app.delivery.engine.procrastinate_jobs
import app.metrics.prometheus
import app.sandbox.application  # noqa: F401
from app.ledger.codec import Codec
from app.ledger.database import Database
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.migrate import migrate
from app.mapping.config import load_config
from app.sandbox.salesforce.soql.parser import parse_query

load_config(Path(__file__).parents[1] / "ringback.yaml")
# The grammar takes as long as all else that a sandbox does at its start.
parse_query("SELECT Id FROM Case")
_databases = [Database("sqlite://"), Database("postgresql://nobody@127.0.0.1:1/none")]
migrate(_databases[0])
index_key(_databases[0])
for _database in _databases:
    Ledger(_database, Codec(b""))
    _database.close()
assert threading.active_count() == 1, "a fork has none of the threads of its parent"
gc.collect()
gc.freeze()
