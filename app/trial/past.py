"""The configurations that were in force, read anew as the ledger keeps them."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app.ledger.configurations import Configurations
from app.mapping.config import load_config
from app.mapping.rules import Config
from app.rules_in_force.in_force import InForce
from app.translation import gettext_noop

# Of so many it is remembered what was read.
MOST = 8


class Lacking(Enum):
    """Why a configuration cannot be shown. The value is what a person reads."""

    NOT_KEPT = gettext_noop("The configuration of then is not kept: an older Ringback mapped it, or it was removed.")
    UNREADABLE = gettext_noop(
        "The configuration of then cannot be read today: a variable of the environment, a mapper or a file that it "
        "names is missing, or it was for another Ringback."
    )


@dataclass
class PastRules:
    """Safe to use from many threads. `environment` is what `${NAME}` may name: today's, since values are not kept."""

    configurations: Configurations
    in_force: InForce
    environment: Mapping[str, str]
    _read: dict[str, Config] = field(default_factory=dict)

    def config(self, name: str) -> Config | Lacking:
        """The configuration of this hash. Raises `LedgerError`."""
        loaded = self.in_force.loaded
        if name == loaded.hash:
            return loaded.config
        known = self._read.get(name)
        if known is not None:
            return known
        files = self.configurations.files(name)
        if not files:
            return Lacking.NOT_KEPT
        config = _load(files, self.environment)
        if isinstance(config, Config):
            while len(self._read) >= MOST:
                self._read.pop(next(iter(self._read)), None)
            self._read[name] = config
        return config


def _load(files: Mapping[str, str], environment: Mapping[str, str]) -> Config | Lacking:
    with tempfile.TemporaryDirectory(prefix="ringback-rules-") as folder:
        root = Path(folder).resolve()
        paths = [(root / name).resolve() for name in files]
        if not all(path.is_relative_to(root) for path in paths):
            return Lacking.UNREADABLE
        for path, text in zip(paths, files.values(), strict=True):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        try:
            return load_config(paths[0], environment)
        # It may be wrong by now; and a mapper's module is foreign code that the load imports.
        except (Exception, SystemExit):
            return Lacking.UNREADABLE
