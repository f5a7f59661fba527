"""From a template to HTML. The templates are read when the first page is asked for."""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import g, request, url_for
from markupsafe import escape

from app.console.access.csrf import csrf_field
from app.console.language import LANGUAGES, language, many, one
from app.console.reason_words import reason_words
from app.console.state_words import moment_words, note_words, state_words, wish_words
from app.console.steering_characters import as_written, visible
from app.console.values import value_as_text

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).with_name("templates")


class Rendering:
    """`zone_of` says in which zone the times of a source are shown, and which one is for all others."""

    def __init__(self, zone_of: Callable[[str | None], ZoneInfo], address_of_static: Callable[[str], str]) -> None:
        self._zone_of = zone_of
        self._address_of_static = address_of_static

    @cached_property
    def environment(self) -> "Environment":
        """What Jinja knows in our templates."""
        # Loaded only where somebody looks: most processes never show a page.
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        from app.console.formats import Formats

        environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.install_gettext_callables(_one, _many, newstyle=True)  # type: ignore[attr-defined]
        formats = Formats(self._zone_of)
        filters = (formats.at, formats.hour, formats.lasting, formats.number)
        environment.filters |= {one.__name__: one for one in filters}
        environment.filters |= {one.__name__: one for one in (moment_words, note_words, state_words, wish_words)}
        environment.filters |= {"as_written": as_written, "value": value_as_text}
        environment.globals |= {
            "csrf_field": csrf_field,
            "languages": LANGUAGES,
            "static": self._address_of_static,
            "url_for": url_for,
            "words": reason_words,
        }
        return environment

    def page(self, template: str, context: Mapping[str, Any]) -> str:
        """The whole page, or what htmx wants of it."""
        return visible(self.environment.get_template(template).render({**_of_request(), **context}))


# Jinja takes what these give for HTML, also in an attribute.
def _one(message: str) -> str:
    return escape(one(message))


def _many(single: str, plural: str, number: int) -> str:
    return escape(many(single, plural, number))


def _of_request() -> dict[str, Any]:
    return {
        "user": g.get("user"),
        "language": language(),
        "path": request.full_path.rstrip("?"),
        "is_part": "HX-Request" in request.headers,
    }
