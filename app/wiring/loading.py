"""Settings and configuration, read together so that all that is wrong is told at once."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from app.domain.errors import ConfigError
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.rules_in_force.in_force import Loaded
from app.rules_in_force.reload import Load, load_settled
from app.settings import (
    Settings,
    config_path,
    load_secrets,
    load_settings,
    require_jtel,
)

Value = TypeVar("Value")


def loader(with_secrets: bool, for_service: bool) -> Load:
    """What reads the configuration, with jtel's secrets or without; a service also needs what it asks jtel with."""

    def load(path: Path, folder: Path) -> tuple[Config, Mapping[str, tuple[str, ...]]]:
        config = load_config(path, os.environ, folder)
        if for_service:
            require_jtel(config.sources)
        return config, load_secrets(config.sources) if with_secrets else {}

    return load


def load_all(load: Load) -> tuple[Settings, Loaded]:
    """Both. Raises `ConfigError` with all that is wrong with either."""
    problems: list[str] = []
    settings = _try(load_settings, problems)
    config_file = settings.config_file if settings else config_path()
    loaded = _try(lambda: load_settled(config_file, load), problems)
    if settings is None or loaded is None or problems:
        raise ConfigError(problems)
    return settings, loaded


def _try(load: Callable[[], Value], problems: list[str]) -> Value | None:
    try:
        return load()
    except ConfigError as error:
        problems += error.problems
        return None
