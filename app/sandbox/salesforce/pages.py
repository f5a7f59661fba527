"""The page at `/`: the Cases, newest first."""

from typing import Any

from flask import Blueprint, render_template

from app.sandbox.salesforce.call import ApiCall
from app.sandbox.salesforce.instance import Instance
from app.sandbox.salesforce.rendering import render
from app.sandbox.salesforce.schema import Field
from app.sandbox.salesforce.store import StoredRecord
from app.sandbox.shown_time import shown_time

SHOWN = 200
IN_THE_HEAD = {"attributes", "CaseNumber", "Subject", "Status", "CreatedDate", "Description", "IsClosed", "IsDeleted"}
NOISE = {"LastModifiedDate", "LastModifiedById", "SystemModstamp", "IsEscalated"}


def pages_blueprint(instance: Instance) -> Blueprint:
    """What a person sees of the sandbox."""
    blueprint = Blueprint("pages", __name__, template_folder="templates")

    @blueprint.get("/")
    def cases() -> str:
        records = sorted(instance.store.all("Case"), key=lambda r: r.fields["CaseNumber"], reverse=True)
        cards = _cards(instance, records[:SHOWN])
        return render_template("cases.html", cards=cards, total=len(records))

    @blueprint.get("/case/<name>")
    def case(name: str) -> tuple[str, int]:
        records = [r for r in instance.store.all("Case") if name in (r.id, r.id[:15], r.fields["CaseNumber"])]
        cards = _cards(instance, records)
        return render_template("cases.html", cards=cards, total=len(cards), single=True), 200 if cards else 404

    return blueprint


def _cards(instance: Instance, records: list[StoredRecord]) -> list[dict[str, Any]]:
    comments: dict[str, list[str]] = {}
    for comment in instance.store.all("CaseComment"):
        comments.setdefault(comment.fields["ParentId"], []).append(comment.fields["CommentBody"])
    return [{**_card(instance, record), "comments": comments.get(record.id, [])} for record in records]


def _card(instance: Instance, record: StoredRecord) -> dict[str, Any]:
    call = ApiCall("GET", "/", "68.0", instance.store.all("User")[0].id)
    values = render(instance, call, record)
    fields = instance.org.objects["Case"].fields
    rows = [
        (name, fields[name].label, _shown(instance, fields[name], value))
        for name, value in values.items()
        if name not in IN_THE_HEAD | NOISE and value not in (None, "", False)
    ]
    return {"case": values, "rows": rows}


def _shown(instance: Instance, field: Field, value: Any) -> str:
    """Owner, contact and the like by name, with the id after it; times by the clock of the page."""
    if field.type == "datetime":
        return shown_time(value)
    target = instance.store.get(value) if field.type == "reference" else None
    name = _name(instance, target) if target else None
    return f"{name} ({value})" if name else str(value)


def _name(instance: Instance, record: StoredRecord) -> str | None:
    fields = instance.org.objects[record.object].fields.values()
    naming = next((f.name for f in fields if f.name_field), "Name")
    return record.fields.get(naming)
