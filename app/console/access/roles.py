"""Which role a view needs. What says nothing of it is for viewers if it only shows, and else for operators."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import current_app, g, request

from app.operations.console_settings import ConsoleUser, Role

_View = TypeVar("_View", bound=Callable[..., Any])
_NEEDED = "role_needed"
_SHOWS = ("GET", "HEAD")


def viewers(view: _View) -> _View:
    """All who are signed in may ask for it, even where it changes something."""
    setattr(view, _NEEDED, Role.VIEWER)
    return view


def operators(view: _View) -> _View:
    """Only operators may ask for it."""
    setattr(view, _NEEDED, Role.OPERATOR)
    return view


def role_needed() -> Role:
    """Which role this request needs."""
    view = current_app.view_functions[request.endpoint or ""]
    unsaid = Role.VIEWER if request.method in _SHOWS else Role.OPERATOR
    needed: Role = getattr(view, _NEEDED, unsaid)
    return needed


def may(user: ConsoleUser, needed: Role) -> bool:
    """Whether the user's role is enough."""
    return user.role is Role.OPERATOR or needed is Role.VIEWER


def signed_in() -> ConsoleUser:
    """Who asks."""
    user: ConsoleUser = g.user
    return user
