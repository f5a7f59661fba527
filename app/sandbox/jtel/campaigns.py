"""Dialler campaigns: result codes, clones and deletions."""

import json

from app.sandbox.jtel.arguments import Arguments
from app.sandbox.jtel.envelope import JsonChunks, record, records
from app.sandbox.jtel.refusals import RefusedCallError, not_found
from app.sandbox.jtel.store import Fields, JtelStore

KIND = "DiallerCampaign"
LANGUAGES = {1: "English", 2: "German"}


def result_codes(store: JtelStore, arguments: Arguments) -> JsonChunks:
    """The codes with their texts in the language that is asked for."""
    _require(store.get(KIND, arguments["DiallerCampaignsID"]))
    language = LANGUAGES.get(arguments["languagesID"])
    if language is None:
        raise not_found("Language")
    return records("ID", (json.dumps(_in(language, code)) for code in store.all("ResultCode")))


def clone(store: JtelStore, arguments: Arguments) -> Fields:
    """A campaign with the settings of another one, and without its contacts."""
    with store.lock:
        source = _require(_named(store, arguments["source"]))
        if _named(store, arguments["destination"]):
            raise RefusedCallError(409, "Dialler campaign already exists")
        copy = {
            **source,
            "ID": store.all(KIND)[-1]["ID"] + 1,
            "Name": arguments["destination"],
            "UserData": arguments["userData"] or "",
        }
        store.save(KIND, copy)
    return record(copy)


def delete(store: JtelStore, arguments: Arguments) -> Fields:
    with store.lock:
        return _delete(store, store.get(KIND, arguments["DiallerCampaignsID"]))


def delete_named(store: JtelStore, arguments: Arguments) -> Fields:
    """Deletes the campaign of exactly this name."""
    with store.lock:
        return _delete(store, _named(store, arguments["name"]))


def _delete(store: JtelStore, campaign: Fields | None) -> Fields:
    store.delete(KIND, _require(campaign)["ID"])
    return {"status": 200}


def _named(store: JtelStore, name: str) -> Fields | None:
    return next((campaign for campaign in store.all(KIND) if campaign["Name"] == name), None)


def _require(campaign: Fields | None) -> Fields:
    if campaign is None:
        raise not_found("Dialler campaign")
    return campaign


def _in(language: str, code: Fields) -> Fields:
    shown = {name: value for name, value in code.items() if name not in LANGUAGES.values()}
    return {**shown, "Content": code[language]}
