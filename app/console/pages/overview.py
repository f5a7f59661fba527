"""The first page."""

from flask import Blueprint

from app.console.services import Console


def add_overview(blueprint: Blueprint, console: Console) -> None:
    """`/console/`."""

    @blueprint.get("/")
    def overview() -> str:
        return console.page("console/overview.html", config=console.in_force.loaded.hash)
