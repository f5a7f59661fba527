"""What people did with the console, and what they looked at."""

from flask import Blueprint, request

from app.console.access.roles import operators
from app.console.services import Console

ROWS = 100
LARGEST_ID = 2**63 - 1


def add_audit(blueprint: Blueprint, console: Console) -> None:
    """`/console/audit`."""

    @blueprint.get("/audit")
    @operators
    def audit() -> str:
        after = request.args.get("after", type=int)
        # What is beyond all ids is after none.
        deeds = console.audit.trail.latest(ROWS + 1, after if after is not None and abs(after) <= LARGEST_ID else None)
        shown, more = deeds[:ROWS], len(deeds) > ROWS
        return console.page("console/audit.html", deeds=shown, after=shown[-1].id if more else None)
