"""Puts the way back together: who may ask, which jtel is asked, and which callbacks come of it."""

import threading
from collections.abc import Iterable, Mapping

import structlog

from app.domain.errors import ConfigError
from app.domain.source import flow_secret_name, setting_name
from app.jtel.client import JtelClient
from app.jtel.http import Patience
from app.settings import load_jtel, read_secrets

log = structlog.get_logger()


class JtelClients:
    """A client for each source whose jtel can be asked. Safe to use from many threads."""

    def __init__(self, patience: Patience | None = None) -> None:
        self._patience = patience
        self._lock = threading.Lock()
        self._known: dict[str, JtelClient | None] = {}

    def __call__(self, source: str) -> JtelClient | None:
        """The client of this source, if its settings are there and right."""
        with self._lock:
            if source not in self._known:
                self._known[source] = self._client(source)
            return self._known[source]

    def _client(self, source: str) -> JtelClient | None:
        try:
            access = load_jtel([source]).get(source)
        except ConfigError as error:
            # At the start it was not configured yet.
            log.error("jtel_settings_wrong", source=source, problems=error.problems)
            return None
        return JtelClient(access, self._patience) if access else None


def patience_within(seconds: float) -> Patience:
    """Who does not get through to jtel knows it within so long: what surely was not sent is no person's matter."""
    return Patience(connect=min(Patience.connect, seconds / 3), pauses=(0.2,))


def flow_secrets(sources: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The secrets with which Flows ask, by source, where there are any."""
    return {source: known for source, known in read_secrets(sources, flow_secret_name).items() if known}


def check_way_back(sources: Iterable[str]) -> None:
    """Raises `ConfigError` where a Flow may ask and jtel cannot be asked."""
    asked = flow_secrets(sources)
    reached = load_jtel(asked)
    missing = [source for source in asked if source not in reached]
    if missing:
        raise ConfigError(
            [
                f"{flow_secret_name(one)} is set, but {setting_name('JTEL_URL', one)} is not: a Flow may ask for "
                "callbacks, and no jtel can be asked. See docs/way-back.md."
                for one in missing
            ]
        )
