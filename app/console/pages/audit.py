"""What people did with the console, and what they looked at."""

from flask import Blueprint, request

from app.console.access.roles import operators
from app.console.callbacks.reading import QueryReading
from app.console.services import Console

ROWS = 100


def add_audit(blueprint: Blueprint, console: Console) -> None:
    """`/console/audit`."""

    @blueprint.get("/audit")
    @operators
    def audit() -> str:
        deeds = console.audit.trail.latest(ROWS + 1, QueryReading(request.args).id("after"))
        shown, more = deeds[:ROWS], len(deeds) > ROWS
        return console.page("console/audit.html", deeds=shown, after=shown[-1].id if more else None)
