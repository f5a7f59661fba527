"""Salesforce by its REST API, through simple-salesforce."""

from app.crm.salesforce.client import Client
from app.crm.salesforce.credentials import ClientCredentials, Credentials, JwtCredentials
from app.crm.salesforce.crm import SalesforceCrm
from app.crm.salesforce.external_ids import ExternalIds
from app.crm.salesforce.http import build_http
from app.crm.salesforce.inspector import SalesforceInspector
from app.crm.salesforce.login import Login

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
