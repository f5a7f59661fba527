"""One running sandbox: everything the resources work with."""

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.sandbox.salesforce.calls import CallLog
from app.sandbox.salesforce.errors import error
from app.sandbox.salesforce.faults import Faults
from app.sandbox.salesforce.org import SandboxOrg
from app.sandbox.salesforce.parents import HeldParents
from app.sandbox.salesforce.records import Records
from app.sandbox.salesforce.saving import Saver
from app.sandbox.salesforce.seed import sow
from app.sandbox.salesforce.sessions import Sessions
from app.sandbox.salesforce.soql.cursors import Cursors
from app.sandbox.salesforce.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable


class Usage:
    """The API calls of the day, as `Sforce-Limit-Info` tells them."""

    def __init__(self, org: SandboxOrg) -> None:
        self._org = org
        self._lock = threading.Lock()
        self.used = 0

    def count(self) -> None:
        """One more call; refused when the day's are used up."""
        with self._lock:
            if self.used >= self._org["api_limit"]:
                raise error(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.")
            self.used += 1

    @property
    def header(self) -> str:
        return f"api-usage={self.used}/{self._org['api_limit']}"


class Instance:
    """The store and what works on it."""

    def __init__(self, database: Path) -> None:
        self.store = Store(database)
        self.org = SandboxOrg(self.store)
        self.saver = Saver(self.org, self.store)
        self.records = Records(self.org, self.store, self.saver)
        self.sessions = Sessions(self.org, self.store)
        self.usage = Usage(self.org)
        self.cursors = Cursors()
        self.faults = Faults()
        self.parents = HeldParents()
        self.calls = CallLog()
        self.on_reset: Callable[[], None] = lambda: None
        """What else begins anew with this: the phone system beside it."""
        sow(self.org, self.store)

    def reset(self) -> None:
        """Everything as in a fresh org."""
        self.faults.clear()
        with self.store.transaction():
            self.store.clear()
            self.org.load()
            sow(self.org, self.store)
        self.sessions.forget_logins()
        self.usage.used = 0
        self.cursors.clear()
        self.calls.clear()
        self.on_reset()

    @property
    def org_id(self) -> str:
        return self.store.all("Organization")[0].id
