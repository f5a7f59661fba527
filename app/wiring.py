"""Puts the rooms together. Nothing else does."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import structlog
from sqlalchemy.engine import make_url

from app.crm.salesforce import Client, Login, SalesforceCrm, SalesforceInspector, build_http
from app.delivery.accept import Delivery
from app.delivery.attempt import Attempts
from app.delivery.batch import Batches
from app.delivery.current import Current, Loaded
from app.delivery.engine import Engine
from app.delivery.intake import Intake
from app.delivery.known_drops import KnownDrops
from app.delivery.reload import Load, Reload, load_settled
from app.delivery.settle import Settler
from app.delivery.troubles import Troubles
from app.disk import read_mounts, throwaway_reason
from app.domain.errors import ConfigError
from app.domain.source import DEFAULT_SOURCE
from app.ledger.codec import Codec
from app.ledger.database import Database, LedgerError
from app.ledger.duties import Duties
from app.ledger.heartbeats import Heartbeats
from app.ledger.incidents import Incidents
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.opening import Opening
from app.ledger.pauses import Pauses
from app.ledger.queue import Queue
from app.ledger.seal import Seal
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.metrics import Meter
from app.observability import configure_logging
from app.operations.alerting import Alerts, Watch
from app.operations.checking import CrmCheck, OrgCheck, read_rules
from app.operations.gauges import Gauges
from app.operations.health import Health
from app.operations.purge import Purge
from app.operations.purging import Purging
from app.operations.readiness import Readiness
from app.operations.trial.org import OrgTrial
from app.settings import (
    OPERATOR_SETTING,
    SalesforceSettings,
    Settings,
    config_path,
    load_secrets,
    load_settings,
    secret_name,
    short,
)
from app.version import version
from app.web.answers import Answers
from app.web.metrics import Exposition
from app.web.proxies import believe_proxies
from app.web.service import build_service
from app.web.worker_metrics import serve_metrics

if TYPE_CHECKING:
    from flask import Flask

    from app.delivery.worker import Worker
    from app.metrics.prometheus import PrometheusMeter

log = structlog.get_logger()

Made = TypeVar("Made")

# The Prometheus library's own word.
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
# More than gunicorn has, since an attempt may outlive its request by a while.
ATTEMPT_THREADS = 96
# What the network may take beyond a request's deadline.
LEASE_SLACK = 15.0


@dataclass
class Runtime:
    """All that a process needs to deliver, and the engine's thread if it runs one."""

    settings: Settings
    current: Current
    reload: Reload
    database: Database
    ledger: Ledger
    pauses: Pauses
    heartbeats: Heartbeats
    crm: SalesforceCrm
    opening: Opening
    known: KnownDrops
    crm_check: CrmCheck
    meter: Meter
    readiness: Readiness
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _at_end: list[Callable[[], None]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The configuration in force just now."""
        return self.current.get().config

    def attempts(self, runner: str) -> Attempts:
        """What makes attempts; `runner` is "web" or "engine"."""
        settler = Settler(self.ledger, self.settings.pace)
        return Attempts(self.crm, settler, self._troubles(), self.current.get().hash, runner, self.known, self.meter)

    def delivery(self) -> Delivery:
        """What takes callbacks."""
        intake = Intake(self.ledger, self.settings.deadline + LEASE_SLACK)
        delivery = Delivery(
            self.current,
            self.ledger,
            intake,
            self.attempts("web"),
            self.pauses,
            self.heartbeats,
            self.settings.deadline,
            ATTEMPT_THREADS,
            self._wake(),
        )
        # Before its means to wake an engine is closed.
        self._at_end.insert(0, delivery.close)
        return delivery

    def engine(self) -> Engine:
        """What delivers later."""
        attempts = self.attempts("engine")
        return Engine(
            process_name(),
            self.ledger,
            Queue(self.ledger),
            self.pauses,
            self.heartbeats,
            attempts.troubles,
            Batches(self.current, attempts),
            self.settings.give_up_after,
            self.settings.pace,
        )

    def worker(self) -> "Worker":
        """What runs the engine in a process of its own."""
        from app.delivery.worker import Worker

        return Worker(self.settings.database_url, self.engine(), self.settings.pace, self.opening.run)

    def _wake(self) -> Callable[[], None]:
        if self.settings.engine != "procrastinate":
            return lambda: None  # the embedded engine looks by itself
        from app.delivery.wake import Wake

        wake = Wake(self.settings.database_url)
        self._at_end.append(wake.close)
        return wake

    def purge(self) -> Purge:
        """What removes what has been kept long enough."""
        return Purge(self.ledger, self.settings.privacy.keep)

    def health(self) -> Health:
        """What shows how it is."""
        # What else an operator wants to see at a glance is added here, each as something to ask.
        more: dict[str, Callable[[], Any]] = {
            "crm": lambda: "sandbox" if self.settings.sandbox else "salesforce",
            "crmLogin": self.crm.login_state,
            "crmCheck": lambda: self.crm_check.result().described(),
        }
        return Health(self.readiness, self.current, self.database, more)

    def gauges(self) -> Gauges:
        """What the metrics say of how it is."""
        return Gauges(self.readiness, self.current, self.database, version())

    def operator_secrets(self) -> tuple[str, ...]:
        """They show how it is; there may be none."""
        return self.settings.operator_secrets or self.current.get().secrets.get(DEFAULT_SOURCE, ())

    def follow_config(self) -> None:
        """From now on a changed configuration file is taken over. To be called after any fork, like `start`."""
        # What it was forked from may have loaded an older one.
        self.reload.begin()
        threading.Thread(target=self.reload.run, args=(self._stop,), name="reload", daemon=True).start()

    def watch(self) -> None:
        """From now on people are told what is wrong. To be called after any fork, like `start`."""
        settings = self.settings.alerts
        channels, ping = settings.channels(), settings.ping()
        if channels or ping:
            alerts = Alerts(
                named(self.settings),
                process_name(),
                self.watching(),
                Incidents(self.database),
                Duties(self.database),
                channels,
                ping,
                self.settings.pace,
            )
            threading.Thread(target=alerts.run, args=(self._stop,), name="alerts", daemon=True).start()

    def watching(self) -> Watch:
        """What finds out what is wrong."""
        return Watch(self.database, self.current, self.settings.alerts.waiting)

    def start(self) -> None:
        """Starts the embedded engine and the look at the org, opens the ledger before if that was not possible yet, and
        takes a changed configuration over from now on.

        To be called in the process that is to run them, after any fork.
        """
        self.follow_config()
        self.watch()
        self.crm_check.start(self._stop)
        engine = self.engine() if self.settings.engine == "embedded" else None
        self._thread = threading.Thread(target=self._run, args=(engine,), name="engine", daemon=True)
        self._thread.start()

    def _run(self, engine: Engine | None) -> None:
        self.opening.run(self._stop)
        if engine is not None:
            self.start_purging()
            engine.run(self._stop)

    def start_purging(self) -> None:
        """From now on what has been kept long enough is removed. To be called where an engine runs, after any fork."""
        Purging(self.purge(), self.settings.pace).start(self._stop)

    def stop(self, seconds: float = 5.0) -> None:
        """Ends the embedded engine; what it has not finished is taken over when its lease is over.

        To be called when no request is under way any more.
        """
        self._stop.set()
        if self._thread is not None:
            self._thread.join(seconds)
        for close in self._at_end:
            close()

    def _troubles(self) -> Troubles:
        return Troubles(self.pauses, self.settings.pace)


def process_name() -> str:
    """Tells this process, or one of its parts, from all others of the fleet."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def named(settings: Settings) -> str:
    """What people call this Ringback: by the org that it writes to."""
    return f"Ringback ({'sandbox' if settings.sandbox else settings.salesforce.credentials.domain})"


def build_runtime(*, for_web: bool = False, patient: bool = False, meter: Meter | None = None) -> Runtime:
    """Reads settings and configuration and opens the ledger. Raises `ConfigError` with all that is wrong.

    Only the web service needs jtel's secrets. `patient`: a database server that does not answer is no error; the ledger
    is opened later, by `Runtime.opening`. Without a `meter` nothing is counted.
    """
    meter = meter or Meter()
    load = _loader(for_web)
    settings, loaded = _load(load)
    configure_logging(settings.log_format)
    _check_disk(settings)
    database = Database(settings.database_url)
    keys = settings.privacy.encryption_keys
    seal = Seal(keys) if keys else None
    codec = Codec(lambda: index_key(database, seal), seal)
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
    current = Current(loaded)
    pauses, heartbeats = Pauses(database), Heartbeats(database)
    # A rule is often paused for what a change of the configuration mends.
    reload = Reload(settings.config_file, load, current, pauses.probe_rules_now)
    client = _client(settings.salesforce, meter)
    crm = SalesforceCrm(client, settings.pace)
    crm_check = CrmCheck(
        _org_check(settings.salesforce, client),
        lambda: (read_rules(settings.config_file, os.environ), current.get().config.sources),
        lambda: current.get().hash,
        on=settings.check_crm,
        pace=settings.pace,
    )
    return Runtime(
        settings,
        current,
        reload,
        database,
        ledger,
        pauses,
        heartbeats,
        crm,
        opening,
        KnownDrops(settings.pace),
        crm_check,
        meter,
        Readiness(database),
    )


def _loader(with_secrets: bool) -> Load:
    def load(path: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
        config = load_config(path, os.environ)
        return config, load_secrets(config.sources) if with_secrets else {}

    return load


def _load(load: Load) -> tuple[Settings, Loaded]:
    problems: list[str] = []
    settings = _try(load_settings, problems)
    config_file = settings.config_file if settings else config_path()
    loaded = _try(lambda: load_settled(config_file, load), problems)
    if settings is None or loaded is None or problems:
        raise ConfigError(problems)
    return settings, loaded


def _try(load: Callable[[], Made], problems: list[str]) -> Made | None:
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
    meter = build_meter()
    runtime = build_runtime(for_web=True, patient=True, meter=meter)
    app = build_service(
        runtime.current,
        runtime.delivery(),
        Answers(runtime.settings.sandbox),
        runtime.health(),
        runtime.operator_secrets,
        meter,
        _exposition(meter, runtime.gauges()),
    )
    believe_proxies(app, runtime.settings.proxies)
    _warn_of_short_secrets(runtime.current.get().secrets, runtime.settings.operator_secrets)
    app.extensions["ringback"] = runtime
    return app


def wire_worker() -> Runtime:
    """A worker that shows its metrics, if it is to. Raises `ConfigError`."""
    # One process counts in its memory. What else has this environment may keep files there.
    os.environ.pop(METRICS_FOLDER, None)
    meter = build_meter()
    runtime = build_runtime(patient=True, meter=meter)
    port = runtime.settings.worker_metrics_port
    if port is not None and runtime.settings.engine == "procrastinate":
        serve_metrics(port, runtime.operator_secrets, meter, _exposition(meter, runtime.gauges()))
    return runtime


def build_meter() -> "PrometheusMeter":
    """What counts in this process, and in all that share its folder, which gunicorn's settings make."""
    # Imported here, since the library reads the environment when it is imported.
    from app.metrics.prometheus import PrometheusMeter

    return PrometheusMeter(os.environ.get(METRICS_FOLDER))


def _exposition(meter: "PrometheusMeter", gauges: Gauges) -> Exposition:
    return lambda accept: meter.exposition(accept, gauges.now())


def _warn_of_short_secrets(secrets: Mapping[str, tuple[str, ...]], operator: tuple[str, ...]) -> None:
    by_setting = {secret_name(source): known for source, known in secrets.items()}
    for name, known in {**by_setting, OPERATOR_SETTING: operator}.items():
        if said := short(known):
            log.warning("secret_short", setting=name, message=said)


def build_crm(settings: SalesforceSettings, pace: float = 1.0) -> SalesforceCrm:
    """Salesforce, or the sandbox in its place; nothing is sent before the first record."""
    return SalesforceCrm(_client(settings), pace)


def build_org_check(settings: Settings) -> OrgCheck:
    """What looks at the org; nothing is sent before it runs."""
    return _org_check(settings.salesforce, _client(settings.salesforce))


def build_org_trial(settings: SalesforceSettings) -> OrgTrial:
    """What asks the org about records that are not written; nothing is sent before it runs."""
    client = _client(settings)
    return OrgTrial(SalesforceInspector(client), SalesforceCrm(client), settings.external_id_field)


def _org_check(settings: SalesforceSettings, client: Client) -> OrgCheck:
    where = f"the sandbox at {settings.origin}" if settings.origin else f"{settings.credentials.domain}.salesforce.com"
    return OrgCheck(SalesforceInspector(client), where, settings.api_version, settings.external_id_field)


def _client(settings: SalesforceSettings, meter: Meter | None = None) -> Client:
    http = build_http(settings.max_calls, settings.origin, meter)
    login = Login(settings.credentials, http, settings.api_version)
    return Client(login, settings.api_version, settings.external_id_field, settings.max_calls)
