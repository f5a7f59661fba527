"""What talks to Salesforce, or to the sandbox in its place; nothing is sent before it is used."""

from app.crm.salesforce import Client, Login, SalesforceCrm, SalesforceInspector, build_http
from app.metrics import Meter
from app.operations.checking import OrgCheck
from app.operations.trial.org import OrgTrial
from app.settings import SalesforceSettings, Settings


def build_crm(settings: SalesforceSettings, pace: float = 1.0) -> SalesforceCrm:
    """Salesforce, or the sandbox in its place; nothing is sent before the first record."""
    return SalesforceCrm(build_client(settings), pace)


def build_org_check(settings: Settings) -> OrgCheck:
    """What looks at the org; nothing is sent before it runs."""
    return org_check_of(settings.salesforce, build_client(settings.salesforce))


def build_org_trial(settings: SalesforceSettings) -> OrgTrial:
    """What asks the org about records that are not written; nothing is sent before it runs."""
    client = build_client(settings)
    return OrgTrial(SalesforceInspector(client), SalesforceCrm(client), settings.external_id_field)


def org_check_of(settings: SalesforceSettings, client: Client) -> OrgCheck:
    """What looks at the org through this client."""
    where = f"the sandbox at {settings.origin}" if settings.origin else f"{settings.credentials.domain}.salesforce.com"
    return OrgCheck(SalesforceInspector(client), where, settings.api_version, settings.external_id_field)


def build_client(settings: SalesforceSettings, meter: Meter | None = None) -> Client:
    """What calls Salesforce with the session of this process."""
    http = build_http(settings.max_calls, settings.origin, meter)
    login = Login(settings.credentials, http, settings.api_version)
    return Client(login, settings.api_version, settings.external_id_field, settings.max_calls)
