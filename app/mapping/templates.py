"""The values of a rule's fields: templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.domain.callback import Callback
from app.domain.errors import MappingError
from app.domain.reasons import Reason
from app.domain.record import Value
from app.mapping.language.limits import TemplateError
from app.mapping.language.template import Render, names_of
from app.mapping.origins import Origin


@dataclass(frozen=True)
class Fields:
    """The `fields:` of a rule, compiled once."""

    renderers: Mapping[str, Render]
    origins: Mapping[str, Origin] = field(default_factory=dict)

    def render(self, callback: Callback, **other: Any) -> dict[str, Value]:
        """The value of each field that has one for this callback.

        `other` names go before the callback's; a function without arguments is called when a template uses its name.

        Raises `MappingError` that names the field whose template fails.
        """
        names, values = names_of(callback, **other), dict[str, Value]()
        for name, render in self.renderers.items():
            try:
                value = render(names)
            except TemplateError as error:
                raise self._failed(name, error) from error
            if value is not None:
                values[name] = value
        return values

    def value(self, name: str, callback: Callback) -> Value | None:
        """The value of this field alone. Raises `MappingError`."""
        alone = replace(self, renderers={name: self.renderers[name]})
        return alone.render(callback).get(name)

    def _failed(self, name: str, error: TemplateError) -> MappingError:
        origin = self.origins.get(name)
        place = f" ({origin.short})" if origin else ""
        return MappingError(
            Reason.MAPPING_FAILED,
            f"The template of fields.{name}{place} failed: {error}. Mend it in the rule.",
            field=name,
        )

    def without(self, name: str) -> "Fields":
        """All but this field."""
        return replace(self, renderers={one: render for one, render in self.renderers.items() if one != name})
