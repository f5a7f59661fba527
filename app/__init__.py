"""Ringback: a jtel callback request becomes exactly one Case in Salesforce."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def create_app() -> "Flask":
    """The web service, wired from the environment and the configuration file. Raises `ConfigError`."""
    # Imported here, so that `app.mapping` and the commands do not load the web service.
    from app.wiring import wire

    return wire()
