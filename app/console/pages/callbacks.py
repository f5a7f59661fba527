"""The list of callbacks, its search and its file."""

from typing import Any

from flask import Blueprint, Response, redirect, request, stream_with_context
from werkzeug.wrappers import Response as AnyResponse

from app.console.access.roles import signed_in, viewers
from app.console.callbacks.csv_file import MOST, csv_lines
from app.console.callbacks.filters import Filters, filters_of
from app.console.callbacks.reading import LONGEST
from app.console.callbacks.shown_list import ShownList, found_list, list_of, with_meanings
from app.console.callbacks.spans import SPANS
from app.console.language import language
from app.console.reason_words import WORDS
from app.console.services import Console
from app.domain.entry import State
from app.operations.search import search

LIST = "/console/callbacks"


def add_callbacks(blueprint: Blueprint, console: Console) -> None:
    """`/console/callbacks`, `/console/callbacks/search` and `/console/callbacks.csv`."""

    @blueprint.get("/callbacks")
    def callbacks() -> AnyResponse | str:
        sought = request.args.get("q", "").strip()[:LONGEST]
        return _found(console, sought, again=True) if sought else _page(console, list_of(console, _filters(console)))

    # A number is to stand in no address and in no log.
    @blueprint.post("/callbacks/search")
    @viewers
    def search_callbacks() -> AnyResponse | str:
        sought = request.form.get("q", "").strip()[:LONGEST]
        return _found(console, sought) if sought else redirect(LIST, 303)

    @blueprint.get("/callbacks.csv")
    def callbacks_csv() -> Response:
        filters = _filters(console)
        sources = console.in_force.loaded.config.sources
        choice = filters.choice(console.ledger.now(), sources)
        console.audit.note(signed_in(), "csv", note=filters.query() or None)
        lines = csv_lines(console.ledger, choice, sources, language())
        return Response(
            stream_with_context(lines),
            mimetype="text/csv",
            headers={"Content-Disposition": 'attachment; filename="callbacks.csv"'},
        )


def _filters(console: Console) -> Filters:
    return filters_of(request.args, console.in_force.loaded.config.sources)


def _found(console: Console, sought: str, *, again: bool = False) -> AnyResponse | str:
    """Leads to what it means; `again` if it stands in the address already."""
    found = search(console.ledger, console.in_force.loaded.config.sources.values(), sought)
    if len(found.meanings) == 1 and not found.numbers:
        (meaning,) = found.meanings
        if len(meaning.entries) == 1:
            return redirect(f"{LIST}/{meaning.entries[0].id}", 303)
        return _page(console, found_list(console, meaning.name, meaning.entries))
    if found.numbers and not found.meanings:
        return redirect(f"{LIST}?{Filters(numbers=tuple(found.numbers)).query()}", 303)
    return _page(console, with_meanings(console, "" if found.is_number and again else sought, found))


def _page(console: Console, shown: ShownList) -> str:
    known: dict[str, Any] = {"states": State, "spans": SPANS, "reasons": [reason.word for reason in WORDS]}
    return console.page("console/callbacks.html", list=shown, most=MOST, **known)
