"""/sandbox/jtel: what tests and scripts change behind the stage. No jtel has these."""

from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.sandbox.jtel.callback import FORM_NAMES
from app.sandbox.jtel.events import plain_events
from app.sandbox.jtel.phone_system import PhoneSystem
from app.sandbox.jtel.ringback import RingbackAddress

LOG_LINES = 1000
GREATEST_ID = 2**62
SETTINGS = ("calls_back", "no_duplicates")


class BadControlError(ValueError):
    """What was asked for cannot be set."""


def jtel_control_blueprint(phones: PhoneSystem) -> Blueprint:
    """Events as they are given, groups, the Ringback that is sent to, and the log."""
    blueprint = Blueprint("jtel_control", __name__, url_prefix="/sandbox/jtel")

    @blueprint.post("/events")
    def add_events() -> tuple[Response, int]:
        """Store events without sending them: what they lack is that of a callback that has just come."""
        given = _body(list)
        if not all(isinstance(one, dict) and _is_event(one) for one in given):
            raise BadControlError("an event is an object; its ID is a whole number, Sender and dtCreated are texts")
        events = plain_events(phones.store, given)
        phones.store.save_events(events)
        return jsonify(ids=[event.id for event in events]), 201

    @blueprint.post("/groups/<int:group_id>")
    def change_group(group_id: int) -> Response:
        settings = phones.store.get("GroupSettings", group_id)
        if settings is None:
            raise BadControlError("there is no such group")
        settings |= _known(SETTINGS, bool)
        phones.store.save("GroupSettings", settings)
        return jsonify(settings)

    @blueprint.post("/ringback")
    def change_ringback() -> Response:
        """Another address and its secret, never one without the other; and the form of what is sent by itself."""
        _change_ringback(phones, _known(("url", "secret", "flow_secret", "form"), str))
        return jsonify(url=phones.ringback.url, form=phones.form)

    @blueprint.get("/log")
    def show_log() -> Response:
        return jsonify(lines=phones.store.sent(LOG_LINES))

    @blueprint.errorhandler(BadControlError)
    def bad(problem: BadControlError) -> tuple[Response, int]:
        return jsonify(error=str(problem)), 400

    return blueprint


def _change_ringback(phones: PhoneSystem, given: dict[str, Any]) -> None:
    form = given.get("form", phones.form)
    if form not in FORM_NAMES or ("url" in given) != ("secret" in given):
        raise BadControlError(f"url and secret go together; form is one of {', '.join(FORM_NAMES)}")
    phones.form = form
    if "url" in given:
        phones.ringback = RingbackAddress(given["url"], given["secret"], given.get("flow_secret", ""))


def _known(names: tuple[str, ...], kind: type) -> dict[str, Any]:
    given: dict[str, Any] = _body(dict)
    if unknown := set(given) - set(names):
        raise BadControlError(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    if wrong := [name for name, value in given.items() if type(value) is not kind]:
        raise BadControlError(f"{', '.join(wrong)}: wanted is {'true or false' if kind is bool else 'a text'}")
    return given


def _is_event(given: dict[str, Any]) -> bool:
    """Whether the store can keep it."""
    event_id = given.get("ID", 1)
    texts = all(isinstance(given.get(name, ""), str) for name in ("Sender", "dtCreated"))
    return texts and type(event_id) is int and abs(event_id) < GREATEST_ID


def _body(kind: type) -> Any:
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, kind):
        raise BadControlError(f"the body must be a JSON {'object' if kind is dict else 'array'}")
    return body
