"""Salesforce by its REST API, through simple-salesforce."""

from app.crm.salesforce import library

library.load()

from app.crm.salesforce.client import Client  # noqa: E402
from app.crm.salesforce.credentials import ClientCredentials, Credentials, JwtCredentials  # noqa: E402
from app.crm.salesforce.crm import SalesforceCrm  # noqa: E402
from app.crm.salesforce.external_ids import ExternalIds  # noqa: E402
from app.crm.salesforce.http import build_http  # noqa: E402
from app.crm.salesforce.inspector import SalesforceInspector  # noqa: E402
from app.crm.salesforce.login import Login  # noqa: E402

__all__ = [
    "Client",
    "ClientCredentials",
    "Credentials",
    "ExternalIds",
    "JwtCredentials",
    "Login",
    "SalesforceCrm",
    "SalesforceInspector",
    "build_http",
]
