"""Puts an authentication before each blueprint; what has none is not served."""

from flask import Blueprint, Flask

from app.web.auth import Authentication

NAME = "authentication"


def register(app: Flask, blueprint: Blueprint, authentication: Authentication) -> None:
    """Serves the blueprint to those whom `authentication` lets in."""
    blueprint.before_request(authentication)
    authentications(app)[blueprint.name] = authentication
    app.register_blueprint(blueprint)


def authentications(app: Flask) -> dict[str, Authentication]:
    """What stands before each blueprint, by its name."""
    known: dict[str, Authentication] = app.extensions.setdefault(NAME, {})
    return known
