"""Takes over a changed configuration file when it is valid; when it is not, the old one stays."""

import hashlib
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import structlog

from app.domain.errors import ConfigError
from app.ledger.database import LedgerError
from app.mapping.rules import Config
from app.rules_in_force.in_force import InForce, Loaded, Rejected
from app.rules_in_force.last_good import LastGood

log = structlog.get_logger()

LOOK_SECONDS = 1.0
# Who saves a file may not be done yet when it is first seen to have changed.
SETTLE_SECONDS = 0.25
# A secret in a file, or a mapper's module, may come later than the rules that need it.
TRY_AGAIN_SECONDS = 30.0
_TRIES = 20

# Loads the file at a path: the configuration, and the secrets of each source. Raises `ConfigError`.
Load = Callable[[Path], tuple[Config, Mapping[str, tuple[str, ...]]]]
_Signature = tuple[int, ...] | None


def load_settled(path: Path, load: Load) -> Loaded:
    """The configuration with the hash of just these bytes, however the file changes meanwhile. Raises `ConfigError`."""
    for _ in range(_TRIES):
        raw = _read(path)
        loaded = _try(path, load, raw)
        if _read(path) == raw:
            break
        time.sleep(SETTLE_SECONDS)
    if isinstance(loaded, ConfigError):
        raise loaded
    return loaded


class Reload:
    """Looks after the file at `path` for one process. To be made before any fork.

    `taken` is called after a change, `looked` after each look and raises nothing.
    """

    def __init__(
        self,
        path: Path,
        load: Load,
        in_force: InForce,
        taken: Callable[[], None] = lambda: None,
        looked: Callable[[], None] = lambda: None,
    ) -> None:
        self._path = path
        self._load = load
        self._in_force = in_force
        self._taken = taken
        self._looked = looked
        self._last_good = LastGood()
        self._seen: _Signature = ()
        self._changing: _Signature = ()
        self._tried = 0.0

    def begin(self) -> None:
        """Brings a process that has just been forked to where the others are. Raises nothing."""
        kept = self._last_good.path
        raw = _read(kept) if kept else None
        if kept and raw and _hash(raw) != self._in_force.loaded.hash:
            loaded = _try(kept, self._load, raw)
            if isinstance(loaded, Loaded):
                self._in_force.take(loaded)
        self.catch_up()

    def run(self, stop: threading.Event) -> None:
        """Looks until `stop` is set."""
        while not stop.wait(LOOK_SECONDS if self._seen == self._changing else SETTLE_SECONDS):
            self.look()
            self._looked()

    def look(self) -> None:
        """Takes the file over if it has changed since and is as it was at the last look. Raises nothing."""
        now = _signature(self._path)
        settled, self._changing = now == self._changing, now
        long_rejected = self._in_force.rejected and time.monotonic() - self._tried > TRY_AGAIN_SECONDS
        if settled and (now != self._seen or long_rejected):
            self.catch_up()

    def catch_up(self) -> None:
        """Takes the file over as it is. Raises nothing."""
        self._seen = self._changing = _signature(self._path)
        self._tried = time.monotonic()
        raw = _read(self._path)
        if raw is not None and _hash(raw) == self._in_force.loaded.hash:
            if self._in_force.rejected is not None:
                self._in_force.rejected = None
                log.info("config_loaded", config=self._in_force.loaded.hash)
            return
        loaded = _try(self._path, self._load, raw)
        if raw != _read(self._path):
            self._seen = self._changing = ()  # it was changed while it was read
        elif raw is None or isinstance(loaded, ConfigError):
            self._reject(raw, loaded)
        else:
            self._take(raw, loaded)

    def _take(self, raw: bytes, loaded: Loaded) -> None:
        before = self._in_force.loaded
        self._in_force.take(loaded)
        self._last_good.keep(raw)
        log.info("config_loaded", config=loaded.hash, before=before.hash)
        removed = sorted(before.config.sources.keys() - loaded.config.sources.keys())
        if removed:
            log.warning("sources_removed", sources=removed)
        try:
            self._taken()
        except LedgerError as error:
            log.warning("not_probed", error=str(error))

    def _reject(self, raw: bytes | None, error: ConfigError | Loaded) -> None:
        problems = error.problems if isinstance(error, ConfigError) else [f"{self._path}: cannot be read"]
        rejected = Rejected(_hash(raw) if raw is not None else None, tuple(problems), time.time())
        known = self._in_force.rejected
        if known is None or (known.hash, known.problems) != (rejected.hash, rejected.problems):
            self._in_force.rejected = rejected
            stays = self._in_force.loaded.hash
            log.error("config_rejected", config=rejected.hash, stays=stays, problems=problems)


def _try(path: Path, load: Load, raw: bytes | None) -> Loaded | ConfigError:
    try:
        config, secrets = load(path)
    except ConfigError as error:
        return error
    # A mapper's module is foreign code that the load imports; whatever it does, the service goes on.
    except BaseException as error:
        return ConfigError([f"{path}: it cannot be loaded: {type(error).__name__}: {error}"])
    return Loaded(config, _hash(raw or b""), secrets, raw or b"")


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _hash(raw: bytes) -> str:
    """Names the file as it is in logs, attempts and health."""
    return hashlib.sha256(raw).hexdigest()[:12]


def _signature(path: Path) -> _Signature:
    """Changes with whatever happens to the file: it is written, replaced, or a link on its way leads elsewhere."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
