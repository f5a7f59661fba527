"""Puts the rooms together. Nothing else does."""

import hashlib
import os
import secrets
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy.engine import make_url

from app.crm.port import Crm
from app.crm.salesforce import Client, Login, SalesforceCrm, SalesforceInspector, build_http
from app.delivery.accept import Delivery
from app.delivery.attempt import Attempts
from app.delivery.batch import Batch
from app.delivery.engine import Engine
from app.delivery.intake import Intake
from app.delivery.settle import Settler
from app.delivery.troubles import Troubles
from app.disk import read_mounts, throwaway_reason
from app.domain.errors import ConfigError
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.opening import Opening
from app.ledger.pauses import Pauses
from app.ledger.queue import Queue
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.observability import configure_logging
from app.operations.checking import CrmCheck, OrgCheck, read_rules
from app.settings import SalesforceSettings, Settings, config_path, load_secrets, load_settings
from app.web.answers import Answers
from app.web.auth import Secrets
from app.web.service import build_service

if TYPE_CHECKING:
    from flask import Flask

    from app.delivery.jobs import Worker

Loaded = TypeVar("Loaded")

# More than gunicorn has, since an attempt may outlive its request by a while.
ATTEMPT_THREADS = 96
# What the network may take beyond a request's deadline.
LEASE_SLACK = 15.0


@dataclass
class Runtime:
    """All that a process needs to deliver, and the engine's thread if it runs one."""

    settings: Settings
    config: Config
    config_hash: str
    database: Database
    ledger: Ledger
    pauses: Pauses
    heartbeats: Heartbeats
    crm: Crm
    opening: Opening
    crm_check: CrmCheck
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def attempts(self, runner: str) -> Attempts:
        """What makes attempts; `runner` is "web" or "engine"."""
        settler = Settler(self.ledger, self.settings.pace)
        return Attempts(self.crm, settler, self._troubles(), self.config_hash, runner)

    def delivery(self) -> Delivery:
        """What takes callbacks."""
        intake = Intake(self.ledger, self.settings.deadline + LEASE_SLACK)
        return Delivery(
            self.config,
            self.ledger,
            intake,
            self.attempts("web"),
            self.pauses,
            self.heartbeats,
            self.settings.deadline,
            ATTEMPT_THREADS,
            self._wake(),
        )

    def engine(self) -> Engine:
        """What delivers later."""
        attempts = self.attempts("engine")
        return Engine(
            f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}",
            self.ledger,
            Queue(self.ledger),
            self.pauses,
            self.heartbeats,
            attempts.troubles,
            Batch(self.config, attempts),
            self.settings.give_up_after,
            self.settings.pace,
        )

    def worker(self) -> "Worker":
        """What runs the engine in a process of its own."""
        from app.delivery.jobs import Worker

        return Worker(self.settings.database_url, self.engine(), self.settings.pace, self.opening.run)

    def _wake(self) -> Callable[[], None]:
        if self.settings.engine != "procrastinate":
            return lambda: None  # the embedded engine looks by itself
        from app.delivery.jobs import Wake

        return Wake(self.settings.database_url)

    def start(self) -> None:
        """Starts the embedded engine and the look at the org, and opens the ledger before if that was not possible yet.

        To be called in the process that is to run them, after any fork.
        """
        self.crm_check.start(self._stop)
        engine = self.engine() if self.settings.engine == "embedded" else None
        self._thread = threading.Thread(target=self._run, args=(engine,), name="engine", daemon=True)
        self._thread.start()

    def _run(self, engine: Engine | None) -> None:
        self.opening.run(self._stop)
        if engine is not None:
            engine.run(self._stop)

    def stop(self, seconds: float = 5.0) -> None:
        """Ends the embedded engine; what it has not finished is taken over when its lease is over."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)

    def _troubles(self) -> Troubles:
        return Troubles(self.pauses, self.settings.pace)


def build_runtime(*, for_web: bool = False, patient: bool = False) -> Runtime:
    """Reads settings and configuration and opens the ledger. Raises `ConfigError` with all that is wrong.

    Only the web service needs jtel's secrets. `patient`: a database server that does not answer is no error; the ledger
    is opened later, by `Runtime.opening`.
    """
    settings, config = _load(for_web)
    configure_logging(settings.log_format)
    _check_disk(settings)
    database = Database(settings.database_url)
    codec = Codec(lambda: index_key(database))
    opening = Opening(database, codec, _preparation(settings, database))
    try:
        if patient:
            opening.try_to_open()
        else:
            opening.open()
    except LedgerError as error:
        raise ConfigError([f"DATABASE_URL: the database cannot be used: {error}"]) from error
    ledger = Ledger(database, codec)
    # The connections belong to the process that migrated; a fork needs its own.
    database.close()
    config_hash = hashlib.sha256(settings.config_file.read_bytes()).hexdigest()[:12]
    client = _client(settings.salesforce)
    crm = SalesforceCrm(client, settings.pace)
    crm_check = CrmCheck(
        _org_check(settings.salesforce, client),
        lambda: (read_rules(settings.config_file, os.environ), config.sources),
        lambda: config_hash,
        on=settings.check_crm,
        pace=settings.pace,
    )
    pauses, heartbeats = Pauses(database), Heartbeats(database)
    return Runtime(settings, config, config_hash, database, ledger, pauses, heartbeats, crm, opening, crm_check)


def _load(with_secrets: bool) -> tuple[Settings, Config]:
    problems: list[str] = []
    settings = _try(load_settings, problems)
    config_file = settings.config_file if settings else config_path()
    config = _try(lambda: load_config(config_file, os.environ), problems)
    if config is not None and with_secrets:
        sources = config.sources
        _try(lambda: load_secrets(sources), problems)
    if settings is None or config is None or problems:
        raise ConfigError(problems)
    return settings, config


def _try(load: Callable[[], Loaded], problems: list[str]) -> Loaded | None:
    try:
        return load()
    except ConfigError as error:
        problems += error.problems
        return None


def _preparation(settings: Settings, database: Database) -> Callable[[Database], None]:
    """What makes the tables of the job engine, where it is used."""
    if settings.engine != "procrastinate":
        return lambda _: None
    if database.sqlite:
        raise ConfigError(["RINGBACK_ENGINE=procrastinate needs a Postgres: set DATABASE_URL to one."])
    # Imported only where it is used: it brings the whole job engine along.
    from app.delivery.jobs import prepare

    return prepare


def _check_disk(settings: Settings) -> None:
    url = make_url(settings.database_url)
    if not url.drivername.startswith("sqlite") or not url.database or settings.throwaway_disk:
        return
    reason = throwaway_reason(Path(url.database).parent, os.environ, read_mounts())
    if reason:
        problem = (
            f"DATABASE_URL: the ledger would be lost: {reason}. Set DATABASE_URL to a Postgres, or keep the folder on "
            "a volume. To accept the loss of callbacks, set RINGBACK_ALLOW_THROWAWAY_DISK=1."
        )
        raise ConfigError([problem])


def wire() -> "Flask":
    """The web service. Raises `ConfigError` with all that is wrong with the settings and the configuration."""
    runtime = build_runtime(for_web=True, patient=True)
    secrets_of = Secrets(load_secrets(runtime.config.sources))
    app = build_service(runtime.config.sources, secrets_of, runtime.delivery(), Answers(runtime.settings.sandbox))
    app.extensions["ringback"] = runtime
    return app


def build_crm(settings: SalesforceSettings, pace: float = 1.0) -> SalesforceCrm:
    """Salesforce, or the sandbox in its place; nothing is sent before the first record."""
    return SalesforceCrm(_client(settings), pace)


def build_org_check(settings: Settings) -> OrgCheck:
    """What looks at the org; nothing is sent before it runs."""
    return _org_check(settings.salesforce, _client(settings.salesforce))


def _org_check(settings: SalesforceSettings, client: Client) -> OrgCheck:
    where = f"the sandbox at {settings.origin}" if settings.origin else f"{settings.credentials.domain}.salesforce.com"
    return OrgCheck(SalesforceInspector(client), where, settings.api_version, settings.external_id_field)


def _client(settings: SalesforceSettings) -> Client:
    http = build_http(settings.max_calls, settings.origin)
    login = Login(settings.credentials, http, settings.api_version)
    return Client(login, settings.api_version, settings.external_id_field, settings.max_calls)
