"""Puts the console together, where somebody may use it."""

import os
from typing import TYPE_CHECKING

import structlog

from app.domain.source import clock_of
from app.operations.console_settings import USERS
from app.wiring.runtime import Runtime, named

if TYPE_CHECKING:
    from flask import Flask

    from app.console.services import Console

log = structlog.get_logger()


def add_console(app: "Flask", runtime: Runtime) -> None:
    """Serves the console, if there are users; else nothing of it is loaded, and its addresses are as unknown as any."""
    settings = runtime.settings.console
    if not settings.users:
        log.info("console_off", message=f"The console is off: {USERS} names nobody. See docs/console.md.")
        return
    # Loaded only where it is used.
    from app.console.access.csrf import KEY
    from app.console.access.entrance import Entrance, Porch
    from app.console.access.session import SessionCookies
    from app.console.access.throttle import Throttle
    from app.console.blueprint import console_blueprint, open_blueprint
    from app.console.front import front_blueprint
    from app.console.pages.sign_in import SignIn
    from app.ledger.ended_sessions import EndedSessions
    from app.ledger.sign_in_tries import SignInTries
    from app.web.auth import open_to_all
    from app.web.guard import register

    console, sessions = _console(runtime), SessionCookies(settings)
    throttle = Throttle(settings, sessions, SignInTries(runtime.database))
    entrance, porch = Entrance(settings, sessions, EndedSessions(runtime.database)), Porch(sessions, throttle)
    app.extensions[KEY] = settings.session_key
    register(app, console_blueprint(console, entrance), entrance)
    register(app, open_blueprint(console, porch, SignIn(console, sessions, throttle)), porch)
    register(app, front_blueprint(), open_to_all)


def _console(runtime: Runtime) -> "Console":
    from app.console.audit import Auditing
    from app.console.rendering import Rendering
    from app.console.services import Console
    from app.console.static_files import address_of_static
    from app.ledger.audit import AuditTrail
    from app.ledger.configurations import Configurations
    from app.trial.past import PastRules

    return Console(
        runtime.settings.console,
        named(runtime.settings),
        runtime.settings.org_address,
        runtime.settings.sandbox,
        runtime.in_force,
        runtime.ledger,
        runtime.pauses,
        runtime.health(),
        runtime.crm,
        runtime.crm_check,
        runtime.watching(),
        runtime.meter,
        runtime.repairing,
        runtime.attempts_asked_for,
        PastRules(Configurations(runtime.database), runtime.in_force, os.environ),
        runtime.settings.config_file,
        Auditing(AuditTrail(runtime.database)),
        Rendering(lambda source: clock_of(runtime.config.sources, (source,) if source else ()), address_of_static),
    )
