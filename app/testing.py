"""For the tests of mappers: what rules make of what jtel sends, without a Ringback that runs."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.domain.source import DEFAULT_SOURCE
from app.mapping.config import load_config
from app.mapping.described import described
from app.payload import read

RECEIVED_AT = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def mapped(
    rules: Path,
    sent: Path | Mapping[str, Any],
    *,
    source: str = DEFAULT_SOURCE,
    received_at: datetime = RECEIVED_AT,
) -> dict[str, Any]:
    """The record that the rules make of what jtel sends, as JSON: `{"object": "Case", "fields": {"Subject": …}}`.

    `rules` is a file like `config/ringback.yaml`; `sent` a JSON file or the fields themselves. A `Ref` is as in the
    YAML, `{"queue": "Callbacks"}`, times are ISO 8601.

    Raises `ConfigError` where `ringback check` would find an error, `PayloadError` where nothing is a callback, and
    `MappingError` where it would be refused.
    """
    config = load_config(rules)
    body = sent.read_bytes() if isinstance(sent, Path) else json.dumps(sent).encode()
    callback = read(body, b"", config.sources[source], received_at)
    return described(config.rule_for(callback).apply(callback))
