"""What talks to Salesforce, or to the sandbox in its place; nothing is sent before it is used."""

from pathlib import Path
from typing import TYPE_CHECKING

from app.checking.check import OrgCheck
from app.crm.port import KnownIndexes
from app.crm.salesforce import (
    Client,
    ExternalIds,
    Login,
    SalesforceCrm,
    SalesforceInspector,
    build_http,
)
from app.ledger.address import read_address
from app.ledger.database import Database
from app.ledger.unique_indexes import UniqueIndexes
from app.metrics import Meter
from app.settings import SalesforceSettings, Settings

if TYPE_CHECKING:
    from app.trial.org import OrgTrial


def build_org_check(settings: Settings) -> OrgCheck:
    """What looks at the org; nothing is sent before it runs. What it sees counts for the processes of this ledger."""
    client = build_client(settings.salesforce)
    return org_check_of(settings.salesforce, client, ExternalIds(client, _kept(settings.database_url)))


def build_org_trial(settings: SalesforceSettings) -> "OrgTrial":
    """What asks the org about records that are not written; nothing is sent before it runs."""
    # Commands only.
    from app.trial.org import OrgTrial

    client = build_client(settings)
    return OrgTrial(SalesforceInspector(client), SalesforceCrm(client), settings.external_id_field)


def org_check_of(settings: SalesforceSettings, client: Client, external_ids: ExternalIds) -> OrgCheck:
    """What looks at the org through this client."""
    where = f"the sandbox at {settings.origin}" if settings.origin else f"{settings.credentials.domain}.salesforce.com"
    inspector = SalesforceInspector(client, external_ids)
    return OrgCheck(inspector, where, settings.api_version, settings.external_id_field)


def _kept(database_url: str) -> KnownIndexes | None:
    url = read_address(database_url)
    # Only a ledger that is there: a look at the org makes none.
    if url.drivername.startswith("sqlite") and not Path(url.database or "").is_file():
        return None
    return UniqueIndexes(Database(database_url))


def build_client(settings: SalesforceSettings, meter: Meter | None = None) -> Client:
    """What calls Salesforce with the session of this process."""
    http = build_http(settings.max_calls, settings.origin, meter)
    login = Login(settings.credentials, http, settings.api_version)
    return Client(login, settings.api_version, settings.external_id_field)
