"""What a process needs to deliver, and what it starts and ends."""

import os
import secrets
import socket
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from app.alerting.alerts import Alerts
from app.alerting.conditions import Watch
from app.checking.background import CrmCheck
from app.crm.salesforce import SalesforceCrm
from app.delivery.attempt import Attempts
from app.delivery.case.wished import Wished
from app.delivery.courier.courier import Courier
from app.delivery.engine.claiming import Claiming
from app.delivery.engine.engine import Engine
from app.delivery.pausing import Troubles
from app.delivery.request.accept import Delivery
from app.delivery.request.intake import Intake
from app.delivery.served.due import DueCalls
from app.delivery.served.noting import Noting
from app.delivery.served.taking import CallTaking
from app.domain.asked import AskedFor
from app.domain.source import DEFAULT_SOURCE, Source
from app.ledger.database import Database
from app.ledger.duties import Duties
from app.ledger.heartbeats import Heartbeats
from app.ledger.incidents import Incidents
from app.ledger.ledger import Ledger
from app.ledger.opening import Opening
from app.ledger.pauses import Pauses
from app.ledger.queue import Queue
from app.ledger.served_calls import ServedCalls
from app.ledger.wishes import Wishes
from app.mapping.rules import Config
from app.metrics import Meter
from app.operations.gauges import Gauges
from app.operations.health import Health
from app.operations.purge import Purge, keep_purging
from app.operations.readiness import Readiness
from app.operations.reconcile.begin import Reconcile
from app.operations.reconcile.reconciling import Reconciling
from app.operations.repair import Repairing
from app.operations.way_back.settle import Settle
from app.operations.way_back.way_back import WayBack
from app.rules_in_force.in_force import InForce
from app.rules_in_force.kept import KeptRules
from app.rules_in_force.reload import Reload
from app.settings import Settings, has_flow_secret, has_flow_secrets, require_jtel
from app.version import version
from app.waiting import Deadline
from app.wiring.way_back import JtelClients, patience_within

if TYPE_CHECKING:
    from app.delivery.engine.procrastinate_worker import ProcrastinateWorker

# What the network may take beyond a request's deadline.
LEASE_SLACK = 15.0
# So long a process that ends waits for calls that are under way; the platforms kill it after 30 s.
STOP_SECONDS = 15.0
LEAST_SECONDS = 1.0


@dataclass
class Runtime:
    """All that a process needs to deliver, and the engine's thread if it runs one."""

    settings: Settings
    in_force: InForce
    reload: Reload
    database: Database
    ledger: Ledger
    pauses: Pauses
    heartbeats: Heartbeats
    crm: SalesforceCrm
    opening: Opening
    courier: Courier
    crm_check: CrmCheck
    meter: Meter
    readiness: Readiness
    kept_rules: KeptRules
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    _at_end: list[Callable[[], None]] = field(default_factory=list)

    @property
    def config(self) -> Config:
        """The configuration in force just now."""
        return self.in_force.loaded.config

    @property
    def sources(self) -> Mapping[str, Source]:
        """Those in force just now."""
        return self.config.sources

    @cached_property
    def troubles(self) -> Troubles:
        """What pauses delivery: attempts of requests and of the engine count together."""
        return Troubles(self.pauses, self.settings.pace, self.courier.turn_back)

    def attempts(self, runner: str) -> Attempts:
        """What makes attempts; `runner` is "web" or "engine"."""
        config = self.in_force.loaded.hash
        # Nothing is asked on the way of a callback where no Flow may ask.
        wished = Wished(self.wishes(), has_flow_secret) if has_flow_secrets() else None
        return Attempts(self.crm, self.courier, self.ledger, self.troubles, config, runner, self.meter, wished)

    def delivery(self) -> Delivery:
        """What takes callbacks."""
        intake = Intake(self.ledger, self.settings.deadline + LEASE_SLACK)
        delivery = Delivery(
            self.in_force, intake, self.attempts("web"), self.heartbeats, self.settings.deadline, self.wake
        )
        # What came late comes first, at last the means to wake an engine.
        self._at_end.insert(0, delivery.close)
        return delivery

    def call_taking(self) -> CallTaking:
        """What takes calls of served callers."""
        noting = self._noting(self.attempts("web"))
        return CallTaking(self.in_force, noting, self.heartbeats, self.settings.deadline, self.wake)

    def wishes(self) -> Wishes:
        """What Salesforce has asked jtel for."""
        return Wishes(self.ledger.database, self.ledger.codec)

    def settle(self) -> Settle:
        """What a person says of wishes."""
        return Settle(self.wishes(), JtelClients(), self.settings.org_address)

    def way_back(self) -> WayBack:
        """What asks jtel for callbacks."""
        seconds = self.settings.deadline
        way_back = WayBack(
            self.in_force,
            self.wishes(),
            JtelClients(patience_within(seconds)),
            self.settings.org_address,
            seconds,
            seconds + LEASE_SLACK,
        )
        self._at_end.insert(0, way_back.close)
        return way_back

    def engine(self) -> Engine:
        """What delivers later."""
        attempts = self.attempts("engine")
        claiming = Claiming(Queue(self.ledger), self.in_force, attempts)
        calls = DueCalls(self.in_force, self._noting(attempts))
        return Engine(process_name(), self.heartbeats, claiming, self.settings.give_up_after, calls)

    def _noting(self, attempts: Attempts) -> Noting:
        return Noting(attempts, ServedCalls(self.ledger), self.settings.give_up_after)

    def worker(self) -> "ProcrastinateWorker":
        """What runs the engine in a process of its own."""
        from app.delivery.engine.procrastinate_worker import ProcrastinateWorker

        return ProcrastinateWorker(self.settings.database_url, self.engine(), self.wake, self.opening.run)

    @cached_property
    def wake(self) -> Callable[[], None]:
        """Calls an engine of another process."""
        if self.settings.engine != "procrastinate":
            return lambda: None  # the embedded engine looks by itself
        from app.delivery.engine.procrastinate_wake import Wake

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
            "crmCheck": self.crm_check.result,
        }
        return Health(self.readiness, self.in_force, self.database, more)

    def gauges(self) -> Gauges:
        """What the metrics say of how it is."""
        return Gauges(self.readiness, self.in_force, self.database, version())

    def operator_secrets(self) -> tuple[str, ...]:
        """They show how it is; there may be none."""
        return self.settings.operator_secrets or self.in_force.loaded.secrets.get(DEFAULT_SOURCE, ())

    def follow_config(self) -> None:
        """From now on a changed configuration file is taken over. To be called after any fork, like `start`."""
        # What it was forked from may have loaded an older one.
        self.reload.begin()
        threading.Thread(target=self.reload.run, args=(self._stop,), name="reload", daemon=True).start()

    def watch(self) -> None:
        """From now on people are told what is wrong. To be called after any fork, like `start`."""
        settings = self.settings.alerts
        if settings.channels or settings.ping:
            alerts = Alerts(
                named(self.settings),
                process_name(),
                self.watching(),
                Incidents(self.database),
                Duties(self.database),
                settings.channels,
                settings.ping,
                self.settings.pace,
            )
            threading.Thread(target=alerts.run, args=(self._stop,), name="alerts", daemon=True).start()

    def watching(self) -> Watch:
        """What finds out what is wrong."""
        return Watch(self.database, self.in_force, self.settings.alerts.waiting, self.settings.pace)

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
            self.start_reconciling()
            self.start_repairing()
            engine.run(self._stop)

    def reconcile(self) -> Reconcile:
        """What finds in jtel what never came."""
        return Reconcile(self.ledger, self.in_force, self.settings.privacy.keep.skeleton, self.settings.pace)

    def start_reconciling(self) -> None:
        """From now on jtel is asked for what never came, as the sources say. To be called as `start_purging`."""
        reconciling = Reconciling(
            self.reconcile(),
            lambda source: require_jtel({source.name: source})[source.name],
            self.meter,
            self.settings.pace,
            self.wake,
        )
        reconciling.start(self._stop)

    @cached_property
    def repairing(self) -> Repairing:
        """What does with many callbacks what a person asked for."""
        return Repairing(self.ledger, self.in_force, self.attempts_asked_for, self.settings.pace)

    def attempts_asked_for(self, runner: str, asked: AskedFor) -> Attempts:
        """What makes attempts that a person asked for; `runner` is "replay", "discard" or "edit"."""
        return replace(self.attempts(runner), asked=asked)

    def start_repairing(self) -> None:
        """From now on it is done. To be called as `start_purging`."""
        threading.Thread(target=self.repairing.run, args=(self._stop,), name="repair", daemon=True).start()

    def start_purging(self) -> None:
        """From now on what has been kept long enough is removed. To be called where an engine runs, after any fork."""
        purging = self.purge(), self._stop, self.settings.pace
        threading.Thread(target=keep_purging, args=purging, name="purge", daemon=True).start()

    def stop(self, seconds: float = STOP_SECONDS) -> None:
        """Ends the embedded engine: it gives back what is not under way, and waits so long for what is.

        What has not ended by then is taken over when its lease is over.

        To be called when no request is under way any more.
        """
        deadline = Deadline(seconds)
        self._stop.set()
        self.courier.end_backlog()
        if self._thread is not None:
            self._thread.join(deadline.remaining())
        self.courier.close(max(LEAST_SECONDS, deadline.remaining()))
        self.close()

    def close(self) -> None:
        """Ends what runs in the background, and gives back what would keep the process from ending soon."""
        self._stop.set()
        for close in self._at_end:
            close()


def process_name() -> str:
    """Tells this process, or one of its parts, from all others of the fleet."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def named(settings: Settings) -> str:
    """What people call this Ringback: by the org that it writes to."""
    return f"Ringback ({'sandbox' if settings.sandbox else settings.salesforce.credentials.domain})"
