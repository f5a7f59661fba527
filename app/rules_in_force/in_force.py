"""The configuration in force; a changed file replaces it while the service runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.mapping.rules import Config


@dataclass(frozen=True)
class Loaded:
    """A valid configuration. `hash` names the file as it was, whose bytes are `raw`; `secrets` are by source, and only
    where jtel is heard.
    """

    config: Config
    hash: str
    secrets: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)
    raw: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Rejected:
    """A file that is not taken over. `hash` is none when it cannot be read, `at` is in seconds since 1970."""

    hash: str | None
    problems: tuple[str, ...]
    at: float


@dataclass
class InForce:
    """Shared by all threads of a process. Who maps a callback reads `loaded` once: one configuration holds throughout.

    `rejected` is the newer file that is not in force because it is wrong.
    """

    loaded: Loaded
    rejected: Rejected | None = None

    def take(self, loaded: Loaded) -> None:
        """From now on this one is in force."""
        self.loaded = loaded
        self.rejected = None
