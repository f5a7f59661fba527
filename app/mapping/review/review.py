"""All that this room tells of a configuration."""

from collections.abc import Mapping
from typing import Any

from app.mapping.document import Document
from app.mapping.problems import Finding
from app.mapping.review.conditions import check_conditions
from app.mapping.review.formats import check_formats
from app.mapping.review.rendering import check_rendering
from app.mapping.review.required import check_required


def review(loaded: Mapping[str, Any], document: Document) -> list[Finding]:
    """Warnings on whatever the schema has let through."""
    return [
        *check_rendering(loaded),
        *check_formats(loaded),
        *check_required(loaded),
        *check_conditions(loaded, document.data),
    ]
