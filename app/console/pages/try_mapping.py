"""What the rules make of a payload, those in force or pasted ones. Nothing is written."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, request

from app.console.access.roles import operators, signed_in
from app.console.services import Console
from app.console.trying.picks import Picked, example, examples, payload_to_try, recent, text_of
from app.domain.entry import Entry
from app.trial.payload import usual_source
from app.trial.try_out import LONGEST_CONFIG, NotTriedError, Tried, TryOut


@dataclass(frozen=True)
class TryForm:
    """What was filled in. `callback` is whose payload it is, if it is one that came."""

    payload: str = ""
    config: str = ""
    source: str = ""
    callback: int | None = None

    @classmethod
    def of_request(cls) -> "TryForm":
        """What the request says."""
        sent = request.form
        return cls(
            sent.get("payload", ""), sent.get("config", ""), sent.get("source", ""), sent.get("callback", type=int)
        )


def add_try(blueprint: Blueprint, console: Console) -> None:
    """`/console/try`."""
    trying = Trying(console, TryOut())

    @blueprint.get("/try")
    @operators
    def show_try() -> str:
        return trying.page(TryForm(callback=request.args.get("callback", type=int)))

    @blueprint.post("/try")
    @operators
    def do_try() -> str:
        form = TryForm.of_request()
        if "load" in request.form:
            return trying.load(form, request.form["load"])
        if "config_in_force" in request.form:
            return trying.load_config(form)
        return trying.run(form)


@dataclass(frozen=True)
class Trying:
    """What the page does."""

    console: Console
    try_out: TryOut

    def page(self, form: TryForm, **said: Any) -> str:
        """The form, with what came of it."""
        config = self.console.in_force.loaded.config
        return self.console.page(
            "console/try.html",
            form=form,
            sources=list(config.sources),
            source=form.source or usual_source(config),
            examples=examples(),
            recent=recent(self.console.ledger),
            longest=LONGEST_CONFIG,
            **{"tried": None, "trouble": None, **said},
        )

    def load(self, form: TryForm, picked: str) -> str:
        """Puts an example, or what jtel sent of a callback, into the form."""
        found = self._callback(form.callback) if picked == "callback" else example(request.form.get("example", ""))
        if found is None:
            return self.page(form, trouble="unknown")
        return self.page(TryForm(found.text, form.config, form.source, found.callback))

    def load_config(self, form: TryForm) -> str:
        """Puts the configuration file into the form, to be changed."""
        text = Path(self.console.config_file).read_text(encoding="utf-8-sig", errors="replace")
        return self.page(TryForm(form.payload, text, form.source, form.callback))

    def run(self, form: TryForm) -> str:
        """Tries it. Notes that before."""
        entry = self._entry(form.callback)
        if not form.payload and entry is None:
            return self.page(form, trouble="nothing")
        text = form.payload or (text_of(entry) if entry else "")
        pasted = form.config if form.config.strip() else None
        by = "a pasted configuration" if pasted else "the configuration in force"
        self.console.audit.note(signed_in(), "try", entry.id if entry else None, f"with {by}")
        filled = TryForm(text, form.config, form.source, entry.id if entry else None)
        try:
            tried = self._tried(filled, entry, pasted)
        except NotTriedError as error:
            return self.page(filled, trouble=error.what)
        return self.page(filled, tried=tried)

    def _tried(self, form: TryForm, entry: Entry | None, pasted: str | None) -> Tried:
        payload = payload_to_try(form.payload, form.source or None, entry)
        return self.try_out.run(payload, self.console.in_force.loaded.config, pasted, datetime.now(UTC))

    def _callback(self, entry_id: int | None) -> Picked | None:
        entry = self._entry(entry_id)
        if entry is None:
            return None
        self.console.audit.note(signed_in(), "raw", entry.id, "to try a mapping")
        return Picked(text_of(entry), entry.id)

    def _entry(self, entry_id: int | None) -> Entry | None:
        """The callback, if it is there with what jtel sent."""
        if entry_id is None:
            return None
        if not 0 < entry_id < 2**63:
            abort(404)
        entry = self.console.ledger.get(entry_id)
        return entry if entry is not None and entry.purged_at is None else None
