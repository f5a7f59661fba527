"""Builds the `Runtime` of a process: what it reads, opens and connects to."""

import gc
import os
import sys
import time

from app.checking.background import CrmCheck
from app.checking.rules import read_rules
from app.crm.salesforce import ExternalIds, SalesforceCrm
from app.delivery.courier.courier import Courier
from app.delivery.courier.known_drops import KnownDrops
from app.domain.errors import ConfigError
from app.ledger.codec import Codec
from app.ledger.configurations import Configurations
from app.ledger.database import Database, LedgerError
from app.ledger.heartbeats import Heartbeats
from app.ledger.keys import index_key
from app.ledger.ledger import Ledger
from app.ledger.opening import Opening
from app.ledger.pauses import Pauses
from app.ledger.seal import Seal
from app.ledger.unique_indexes import UniqueIndexes
from app.metrics import Meter
from app.observability import configure_logging
from app.operations.readiness import Readiness
from app.rules_in_force.in_force import InForce
from app.rules_in_force.kept import KeptRules
from app.rules_in_force.reload import Reload
from app.waiting import aside
from app.wiring.database import check_disk, preparation
from app.wiring.loading import load_all, loader
from app.wiring.org import build_client, org_check_of
from app.wiring.runtime import Runtime

# A busy thread gives the others time so often. With Python's 5 ms the writer and the courier wait longer for the tasks'
# thread than they work: fewer answers a second, and each takes longer.
SWITCH_SECONDS = 0.0005
# By itself Python looks for lost objects after every 2,000 new ones: it gave one tenth fewer answers a second, and the
# slowest hundredth took half as long again.
COLLECT_AFTER = 20_000


def build_runtime(*, for_web: bool = False, patient: bool = False, meter: Meter | None = None) -> Runtime:
    """Reads settings and configuration and opens the ledger. Raises `ConfigError` with all that is wrong.

    Only the web service needs jtel's secrets. `patient`: a database server that does not answer is no error; the ledger
    is opened later, by `Runtime.opening`. Without a `meter` nothing is counted.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(COLLECT_AFTER)
    meter = meter or Meter()
    load = loader(for_web, for_service=patient)
    settings, loaded = load_all(load)
    configure_logging(settings.log_format)
    check_disk(settings)
    database = Database(settings.database_url)
    keys = settings.privacy.encryption_keys
    seal = Seal(keys) if keys else None
    codec = Codec(lambda: aside(lambda: index_key(database, seal)), seal)
    opening = Opening(database, codec, preparation(settings, database))
    try:
        if patient:
            opening.try_to_open()
        else:
            opening.open()
    except LedgerError as error:
        raise ConfigError([f"DATABASE_URL: the database cannot be used: {error}"]) from error
    finally:
        # The connections belong to the process that migrated; a fork needs its own.
        database.close()
    ledger = Ledger(database, codec)
    in_force = InForce(loaded)
    pauses, heartbeats = Pauses(database), Heartbeats(database)
    # A rule is often paused for what a change of the configuration mends.
    kept_rules = KeptRules(Configurations(database), in_force, settings.config_file)
    reload = Reload(settings.config_file, load, in_force, pauses.probe_rules_now, kept_rules.keep)
    client = build_client(settings.salesforce, meter)
    # A service asks the org anew at its start, a command trusts what is known.
    external_ids = ExternalIds(client, UniqueIndexes(database), time.time() if patient else 0.0)
    crm = SalesforceCrm(client, settings.pace, external_ids)
    crm_check = CrmCheck(
        org_check_of(settings.salesforce, client, external_ids),
        # A mapper that ends its process must not do so without a callback.
        lambda: (read_rules(settings.config_file, os.environ, ask_mappers=False), in_force.loaded.config.sources),
        lambda: in_force.loaded.hash,
        on=settings.check_crm,
        pace=settings.pace,
    )
    return Runtime(
        settings,
        in_force,
        reload,
        database,
        ledger,
        pauses,
        heartbeats,
        crm,
        opening,
        Courier(crm, KnownDrops(settings.pace), settings.salesforce.max_calls, settings.deadline),
        crm_check,
        meter,
        Readiness(database),
        kept_rules,
    )
