"""All that this room tells of a configuration."""

from collections.abc import Mapping
from typing import Any

from app.mapping.document import Document
from app.mapping.problems import Finding
from app.mapping.review.characters import check_characters
from app.mapping.review.comments import check_comments
from app.mapping.review.comparisons import check_comparisons
from app.mapping.review.conditions import check_conditions
from app.mapping.review.fields import check_fields
from app.mapping.review.formats import check_formats
from app.mapping.review.patterns import check_patterns
from app.mapping.review.rendering import check_rendering
from app.mapping.review.required import check_required
from app.mapping.review.texts import check_texts


def review(loaded: Mapping[str, Any], document: Document) -> list[Finding]:
    """Warnings on whatever the schema has let through."""
    return [
        *check_rendering(loaded),
        *check_formats(loaded),
        *check_comparisons(loaded),
        *check_patterns(loaded),
        *check_required(loaded),
        *check_conditions(loaded, document.data),
        *check_texts(loaded),
        *check_fields(loaded),
        *check_characters(document),
        *check_comments(document),
    ]
