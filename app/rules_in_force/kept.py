"""Has the ledger keep what is in force, so that people can see later why a callback became what it became."""

import time
from dataclasses import dataclass
from pathlib import Path

import structlog

from app.ledger.configurations import EVERY_SECONDS, Configurations
from app.ledger.database import LedgerError
from app.rules_in_force.in_force import InForce, Loaded

log = structlog.get_logger()

TRY_AGAIN_SECONDS = 10.0


@dataclass
class KeptRules:
    """For one process. `file` is the YAML file."""

    configurations: Configurations
    in_force: InForce
    file: Path
    _kept: str = ""
    _again_at: float = 0.0

    def keep(self) -> None:
        """Keeps what is in force now, unless that was done lately. Raises nothing: it is tried again."""
        loaded, now = self.in_force.loaded, time.monotonic()
        if loaded.hash == self._kept and now < self._again_at:
            return
        self._kept, self._again_at = loaded.hash, now + EVERY_SECONDS
        try:
            self.configurations.keep(loaded.hash, self._files(loaded))
        except LedgerError as error:
            self._again_at = now + TRY_AGAIN_SECONDS
            log.warning("config_not_kept", config=loaded.hash, error=str(error))

    def _files(self, loaded: Loaded) -> dict[str, str]:
        # Of a list only the numbers are kept: the remarks in it are often names of people.
        lists = {
            str(file.relative_to(self.file.parent)): "\n".join(sorted(numbers))
            for file, numbers in loaded.config.files.items()
        }
        return {self.file.name: loaded.raw.decode("utf-8-sig", "replace"), **lists}
