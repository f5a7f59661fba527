"""Configurations out of texts."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from app.mapping.config import load_config
from app.mapping.rules import Config
from app.trial.payload import Payload, Trial, try_rules

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def config_of(folder: Path, rules: str, name: str = "rules.yaml") -> Config:
    """The configuration that these lines are."""
    file = folder / name
    file.write_text(rules, encoding="utf-8")
    return load_config(file)


def payload_of(**sent: Any) -> Payload:
    """A callback as jtel sends it."""
    return Payload("a file", json.dumps({"AcdEventsID": 1, "Caller": "4930901820", **sent}).encode())


def tried(folder: Path, rules: str, name: str = "rules.yaml", **sent: Any) -> Trial:
    """What the rules make of such a callback."""
    return try_rules(payload_of(**sent), config_of(folder, rules, name), NOW)
