"""The page at `/jtel`: be the caller, see jtel's log, and what became of each event."""

import random
from datetime import timedelta
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.sandbox.jtel.callback import FORM_NAMES
from app.sandbox.jtel.clock import local_now, stamp
from app.sandbox.jtel.events import CALLBACK, FIRST_FINAL_STATUS, create_event
from app.sandbox.jtel.phone_system import PhoneSystem
from app.sandbox.jtel.refusals import RefusedCallError
from app.sandbox.jtel.sample import some_number
from app.sandbox.jtel.store import Fields, StoredEvent

SHOWN = 30
CALL_TIME = timedelta(seconds=95)
"""How long the caller of the page was in the queue."""
MOST_WAITING = 3.0
"""For how many seconds the page waits for the callback of a wish, which it shows."""


def jtel_pages_blueprint(phones: PhoneSystem) -> Blueprint:
    """What a person sees of jtel."""
    blueprint = Blueprint("jtel_pages", __name__, url_prefix="/jtel", template_folder="templates")
    blueprint.before_request(_refuse_other_sites)

    @blueprint.get("")
    def show() -> str:
        return render_template("jtel.html", **_shown(phones))

    _serve_callbacks(blueprint, phones)
    _serve_others(blueprint, phones)
    return blueprint


def _serve_callbacks(blueprint: Blueprint, phones: PhoneSystem) -> None:
    @blueprint.post("/callback")
    def ask_for_callback() -> Response:
        form = request.form["form"]
        if form not in FORM_NAMES:
            abort(400)
        try:
            event, _ = create_event(phones.store, _wish(), _call())
        except RefusedCallError as problem:
            abort(400, problem.error)
        if "lose" in request.form:
            phones.lose(event)
        else:
            phones.send(event, form)
        return _back(form=form, group=event.fields["AcdGroupsID"])

    @blueprint.post("/events/<int:event_id>/send")
    def send(event_id: int) -> Response:
        event = phones.store.event(event_id) or abort(404)
        phones.send(event, phones.form)
        return _back()


def _serve_others(blueprint: Blueprint, phones: PhoneSystem) -> None:
    @blueprint.post("/connected")
    def connected() -> Response:
        uid = request.form["agent"]
        agent: Fields = next((user for user in phones.store.all("User") if user["UID"] == uid), {})
        phones.tell_connected(
            {
                "event": "CallTransfer.Client.INBOUND.ACD.DIRECT.CONNECTED",
                "caller": request.form["caller"],
                "agent_uid": uid,
                "agent_firstname": agent.get("FirstName"),
                "agent_name": agent.get("Name"),
                "date_time": local_now().isoformat(timespec="seconds"),
            }
        )
        return _back()

    @blueprint.post("/wish")
    def wish() -> Response:
        asked = {name: request.form[name] for name in ("caseId", "number", "group", "subject")}
        # Another wish each time: the same one would be asked for once.
        phones.ask_as_flow({**asked, "wish": stamp(local_now())})
        phones.wait_until_sent(MOST_WAITING)
        return _back()


def _back(**chosen: Any) -> Response:
    """To the page, which shows the answer."""
    return redirect(url_for("jtel_pages.show", _anchor="log", **chosen), 303)


def _refuse_other_sites() -> None:
    """A page of another site, open in the same browser, is no caller."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in ("same-origin", "none"):
        abort(403)


def _wish() -> Fields:
    """What the form says of the event."""
    given = {name: request.form.get(name, "").strip() or None for name in ("Sender", "Subject", "Body", "UserData")}
    numbers = {name: request.form.get(name, type=int) for name in ("AcdGroupsID", "UsersID")}
    return {**given, **numbers, "AcdEventTypesID": CALLBACK, "Receiver": request.form["Receiver"]}


def _call() -> Fields:
    """What jtel knows of the call beside its event."""
    end = local_now()
    times = {"dtCallStart": end - CALL_TIME, "dtCallEnd": end}
    caller = request.form.get("Caller", "").strip()
    return {**{name: time.isoformat(timespec="seconds") for name, time in times.items()}, "Caller": caller or None}


def _shown(phones: PhoneSystem) -> dict[str, Any]:
    store = phones.store
    events, lines = store.newest_events(SHOWN), store.sent(SHOWN)
    status = {row["ID"]: row["ShortText"].partition(".")[2] for row in store.all("AcdEventStatus")}
    groups = {row["ID"]: row["Name"] for row in store.all("AcdGroup", "Name")}

    def has_case(event: StoredEvent) -> bool:
        return bool((store.last_sent(event.id) or {}).get("case"))

    return {
        "ringback": phones.ringback,
        "forms": FORM_NAMES,
        "groups": {group_id: name for group_id, name in groups.items() if phones.calls_back(group_id)},
        "service_numbers": store.all("ServiceNumber", "Name2"),
        "users": store.all("User", "UID"),
        "number": some_number(random.SystemRandom()),
        "last_number": next((event.fields["Sender"] for event in events if has_case(event)), ""),
        "lines": lines,
        "last_case": next((line["case_id"] for line in lines if line.get("case_id")), ""),
        "rows": [
            {
                **event.fields,
                "group": groups.get(event.fields["AcdGroupsID"]),
                "status": status.get(event.fields["AcdEventStatusID"]),
                "open": _is_callback(event) and event.fields["AcdEventStatusID"] < FIRST_FINAL_STATUS,
                "sent": store.last_sent(event.id),
            }
            for event in events
        ],
    }


def _is_callback(event: StoredEvent) -> bool:
    return bool(event.fields["AcdEventTypesID"] == CALLBACK)
