"""For the tests of mappers: what rules make of what jtel sends, without a Ringback that runs."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from app.domain.errors import RingbackError
from app.mapping.config import load_config
from app.mapping.described import described
from app.trial.fixtures import RECEIVED_AT
from app.trial.payload import Payload, try_rules


def mapped(
    rules: Path,
    sent: Path | Mapping[str, Any],
    *,
    source: str | None = None,
    received_at: datetime | None = None,
) -> dict[str, Any]:
    """The record that the rules make of what jtel sends, as JSON: `{"object": "Case", "fields": {"Subject": …}}`.

    `rules` is a file like `config/ringback.yaml`; `sent` a file (`.json`, `.form`, `.query`) or the fields themselves.
    Without `received_at` it came when its call ended. All is as `ringback test-rules` has it.

    Where the rule makes nothing: `{"skipped": why}`.

    Raises `ConfigError` where `ringback check` would find an error, `PayloadError` where nothing is a callback, and
    `MappingError` where it would be refused.
    """
    given = Payload.of_file(sent.name, sent.read_bytes(), source) if isinstance(sent, Path) else None
    payload = given or Payload("sent", json.dumps(sent).encode(), source=source)
    trial = try_rules(replace(payload, received_at=received_at), load_config(rules), RECEIVED_AT)
    if trial.skipped is not None:
        return {"skipped": trial.skipped}
    if trial.record is None:
        raise cast(RingbackError, trial.trouble)
    return described(trial.record)
