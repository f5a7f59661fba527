"""The processes that show themselves: the web service, and a worker with its metrics."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from app.domain.source import flow_secret_name, secret_name
from app.metrics.leftovers import sweep
from app.operations.console_settings import SESSION_KEY
from app.operations.gauges import Gauges
from app.settings import OPERATOR_SETTING, Settings, short
from app.web.answers import Answers
from app.web.auth import flows
from app.web.metrics import Exposition
from app.web.proxies import believe_proxies
from app.web.service import build_service
from app.wiring.build import build_runtime
from app.wiring.console import add_console
from app.wiring.runtime import Runtime
from app.wiring.way_back import check_way_back, flow_secrets

if TYPE_CHECKING:
    from flask import Flask

    from app.metrics.prometheus import PrometheusMeter

log = structlog.get_logger()


def wire() -> "Flask":
    """The web service. Raises `ConfigError` with all that is wrong with the settings and the configuration."""
    meter = build_meter()
    runtime = build_runtime(for_web=True, patient=True, meter=meter)
    check_way_back(runtime.config.sources)
    app = build_service(
        runtime.in_force,
        runtime.delivery(),
        runtime.call_taking(),
        Answers(runtime.settings.sandbox),
        runtime.health(),
        runtime.operator_secrets,
        meter,
        _exposition(meter, runtime.gauges()),
        runtime.way_back(),
        flows(flow_secrets),
    )
    add_console(app, runtime)
    believe_proxies(app, runtime.settings.proxies)
    _warn_of_short_secrets(runtime.in_force.loaded.secrets, runtime.settings)
    app.extensions["ringback"] = runtime
    if swept := sweep():
        log.info("leftovers_swept", folders=swept)
    return app


def wire_worker() -> Runtime:
    """A worker that shows its metrics, if it is to. Raises `ConfigError`."""
    meter = build_meter()
    runtime = build_runtime(patient=True, meter=meter)
    port = runtime.settings.worker_metrics_port
    if port is not None and runtime.settings.engine == "procrastinate":
        # Loaded only where it is used: a server of its own.
        from app.web.worker_metrics import serve_metrics

        serve_metrics(port, runtime.operator_secrets, meter, _exposition(meter, runtime.gauges()))
    return runtime


def build_meter() -> "PrometheusMeter":
    """What counts in this process, and in all that are forked from it."""
    # Imported here: a command that ends before anybody could look does without the library.
    from app.metrics.prometheus import PrometheusMeter

    return PrometheusMeter()


def _exposition(meter: "PrometheusMeter", gauges: Gauges) -> Exposition:
    return lambda accept: meter.exposition(accept, gauges.now())


def _warn_of_short_secrets(secrets: Mapping[str, tuple[str, ...]], settings: Settings) -> None:
    by_setting = {secret_name(source): known for source, known in secrets.items()}
    by_setting |= {flow_secret_name(source): known for source, known in flow_secrets(secrets).items()}
    by_setting[OPERATOR_SETTING] = settings.operator_secrets
    if settings.console.users:
        by_setting[SESSION_KEY] = (settings.console.session_key,)
    for name, known in by_setting.items():
        if said := short(known):
            log.warning("secret_short", setting=name, message=said)
