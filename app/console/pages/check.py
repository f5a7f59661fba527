"""What the org lacks for the rules, and who mends it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response

from app.checking.codes import Level
from app.console.access.roles import operators, signed_in
from app.console.services import Console


def add_check(blueprint: Blueprint, console: Console) -> None:
    """`/console/check`. The look itself runs in the background, so the page is there at once."""

    @blueprint.get("/check")
    def check() -> str:
        result, in_force = console.crm_check.result(), console.in_force
        return console.page(
            "console/check.html",
            result=result,
            again=console.crm_check.looks_again,
            looked_at=_moment(result["at"]),
            errors=_at(result, Level.ERROR),
            warnings=_at(result, Level.WARNING),
            config=in_force.loaded.hash,
            rejected=in_force.rejected,
        )

    @blueprint.post("/check")
    @operators
    def look_again() -> Response:
        console.audit.note(signed_in(), "check")
        console.crm_check.look_again()
        return Response(status=303, headers={"Location": "/console/check"})


def _at(result: Mapping[str, Any], level: Level) -> list[Mapping[str, Any]]:
    return [one for one in result["findings"] if one["severity"] == level.value]


def _moment(at: str | None) -> float | None:
    return datetime.fromisoformat(at).timestamp() if at else None
