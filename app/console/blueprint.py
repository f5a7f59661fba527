"""The console: its pages behind a entrance, and before it what everybody may see."""

from typing import NoReturn

from flask import Blueprint, Response, abort

from app.console.access.entrance import Entrance, Porch
from app.console.answers import guard_answers
from app.console.errors import register_console_errors
from app.console.pages.audit import add_audit
from app.console.pages.callback import add_callback
from app.console.pages.callbacks import add_callbacks
from app.console.pages.forget import add_forget
from app.console.pages.language import add_language
from app.console.pages.overview import add_overview
from app.console.pages.sign_in import SignIn, add_sign_in
from app.console.pages.sign_out import add_sign_out
from app.console.pages.try_mapping import add_try
from app.console.pages.wishes import add_wishes
from app.console.places import leave_place
from app.console.services import Console

NAME = "console"
OPEN_NAME = "console_open"
PREFIX = "/console"
PAGES = (add_overview, add_callbacks, add_callback, add_forget, add_wishes, add_try, add_audit)
_ANY_METHOD = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def console_blueprint(console: Console, entrance: Entrance) -> Blueprint:
    """All pages of who is signed in. `entrance` is to stand before them."""
    blueprint = _blueprint(NAME, console)
    blueprint.after_request(entrance.leave)
    for add_page in PAGES:
        add_page(blueprint, console)
    add_sign_out(blueprint, console)

    @blueprint.get("")
    def without_slash() -> Response:
        return Response(status=303, headers={"Location": f"{PREFIX}/"})

    @blueprint.route("/<path:path>", methods=_ANY_METHOD)
    def unknown(path: str) -> NoReturn:  # noqa: ARG001
        abort(404)

    return blueprint


def open_blueprint(console: Console, porch: Porch, sign_in: SignIn) -> Blueprint:
    """What everybody may see: the page to sign in, and the switch of its language. `porch` is to stand before it."""
    blueprint = _blueprint(OPEN_NAME, console)
    blueprint.after_request(porch.leave)
    add_sign_in(blueprint, sign_in)
    add_language(blueprint)
    return blueprint


def _blueprint(name: str, console: Console) -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix=PREFIX)
    guard_answers(blueprint)
    register_console_errors(blueprint, console)
    blueprint.teardown_request(leave_place)
    return blueprint
