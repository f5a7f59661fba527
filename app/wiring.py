"""Puts the rooms together. Nothing else does."""

from typing import TYPE_CHECKING

from app.crm.salesforce import Client, Login, SalesforceCrm, build_http
from app.delivery.accept import Delivery
from app.delivery.breaker import Breaker
from app.mapping.config import load_config
from app.observability import configure_logging
from app.settings import SalesforceSettings, load_secrets, load_settings
from app.web.answers import Answers
from app.web.auth import Secrets
from app.web.service import build_service

if TYPE_CHECKING:
    from flask import Flask

# More than gunicorn has, since an attempt may outlive its request by a while.
ATTEMPT_THREADS = 96


def wire() -> "Flask":
    """The web service. Raises `ConfigError` with all that is wrong with the settings and the configuration."""
    settings = load_settings()
    config = load_config(settings.config_file)
    secrets = Secrets(load_secrets(config.sources))
    configure_logging(settings.log_format)
    crm = Breaker(build_crm(settings.salesforce))
    delivery = Delivery(config, crm, settings.deadline, ATTEMPT_THREADS)
    return build_service(config.sources, secrets, delivery, Answers(settings.sandbox))


def build_crm(settings: SalesforceSettings) -> SalesforceCrm:
    """Salesforce, or the sandbox in its place; nothing is sent before the first record."""
    http = build_http(settings.max_calls, settings.origin)
    login = Login(settings.credentials, http, settings.api_version)
    return SalesforceCrm(Client(login, settings.api_version, settings.external_id_field, settings.max_calls))
