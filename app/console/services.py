"""What the pages need from the rooms below."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.alerting.conditions import Watch
from app.checking.background import CrmCheck
from app.console.audit import Auditing
from app.console.rendering import Rendering
from app.crm.salesforce import SalesforceCrm
from app.delivery.attempt import Attempts
from app.domain.asked import AskedFor
from app.ledger.database import Database
from app.ledger.ledger import Ledger
from app.ledger.pauses import Pauses
from app.metrics import Meter
from app.operations.console_settings import ConsoleSettings
from app.operations.health import Health
from app.operations.repair import Repairing
from app.rules_in_force.in_force import InForce
from app.trial.past import PastRules


@dataclass(frozen=True)
class Console:
    """`name` is what people call this Ringback, `org_address` where they find the org's records."""

    settings: ConsoleSettings
    name: str
    org_address: str
    sandbox: bool
    in_force: InForce
    ledger: Ledger
    pauses: Pauses
    health: Health
    crm: SalesforceCrm
    crm_check: CrmCheck
    watch: Watch
    meter: Meter
    repairing: Repairing
    attempts: Callable[[str, AskedFor], Attempts]
    past_rules: PastRules
    config_file: Path
    audit: Auditing
    rendering: Rendering

    @property
    def database(self) -> Database:
        """Behind the ledger."""
        return self.ledger.database

    def page(self, template: str, **context: Any) -> str:
        """The page as HTML; for htmx, which changes a page that is there, only its block `main`."""
        return self.rendering.page(template, self._always() | context)

    def _always(self) -> dict[str, Any]:
        return {"ringback": self.name, "sandbox": self.sandbox, "org_address": self.org_address}
