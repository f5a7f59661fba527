"""The configuration in force; a changed file replaces it while the service runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.mapping.rules import Config


@dataclass(frozen=True)
class Loaded:
    """A valid configuration. `hash` names the file as it was; `secrets` are by source, and only where jtel is heard."""

    config: Config
    hash: str
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Rejected:
    """A file that is not taken over. `hash` is none when it cannot be read, `at` is in seconds since 1970."""

    hash: str | None
    problems: tuple[str, ...]
    at: float


class InForce:
    """Shared by all threads of a process. Who maps a callback asks once, so that one configuration holds throughout."""

    def __init__(self, loaded: Loaded) -> None:
        self._loaded = loaded
        self._rejected: Rejected | None = None

    def get(self) -> Loaded:
        """The configuration in force."""
        return self._loaded

    @property
    def rejected(self) -> Rejected | None:
        """The newer file that is not in force because it is wrong."""
        return self._rejected

    def take(self, loaded: Loaded) -> None:
        """From now on this one is in force."""
        self._loaded = loaded
        self._rejected = None

    def reject(self, rejected: Rejected) -> None:
        """The one in force stays, since the file is wrong."""
        self._rejected = rejected
