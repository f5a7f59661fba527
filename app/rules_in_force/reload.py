"""Takes over a changed configuration file when it is valid; when it is not, the old one stays."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping
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

# Loads the file at a path: the configuration, and the secrets of each source. Other files that it names are looked for
# in the folder. Raises `ConfigError`.
Load = Callable[[Path, Path], tuple[Config, Mapping[str, tuple[str, ...]]]]
_Signature = tuple[tuple[int, ...] | None, ...]


def load_settled(path: Path, load: Load) -> Loaded:
    """The configuration with the hash of just these bytes, however the file changes meanwhile. Raises `ConfigError`."""
    for _ in range(_TRIES):
        raw = _read(path)
        loaded = _try(path, path.parent, load, raw)
        if _is_unchanged(path, raw, loaded):
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
        if kept and raw and self._hash(raw) != self._in_force.loaded.hash:
            loaded = _try(kept, self._path.parent, self._load, raw)
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
        now = self._signatures()
        settled, self._changing = now == self._changing, now
        long_rejected = self._in_force.rejected and time.monotonic() - self._tried > TRY_AGAIN_SECONDS
        if settled and (now != self._seen or long_rejected):
            self.catch_up()

    def catch_up(self) -> None:
        """Takes the file over as it is. Raises nothing."""
        self._seen = self._changing = self._signatures()
        self._tried = time.monotonic()
        raw = _read(self._path)
        if raw is not None and self._hash(raw) == self._in_force.loaded.hash:
            if self._in_force.rejected is not None:
                self._in_force.rejected = None
                log.info("config_loaded", config=self._in_force.loaded.hash)
            return
        loaded = _try(self._path, self._path.parent, self._load, raw)
        if not _is_unchanged(self._path, raw, loaded):
            self._seen = self._changing = ()  # it was changed while it was read
        elif raw is None or isinstance(loaded, ConfigError):
            self._reject(raw, loaded)
        else:
            self._take(raw, loaded)

    def _hash(self, raw: bytes) -> str:
        """Names the file with the other files that are in force as they are now."""
        return _hash(raw, self._in_force.loaded.config.files)

    def _signatures(self) -> _Signature:
        return tuple(map(_signature, (self._path, *self._in_force.loaded.config.files)))

    def _take(self, raw: bytes, loaded: Loaded) -> None:
        before = self._in_force.loaded
        self._in_force.take(loaded)
        self._last_good.keep(raw)
        # Other files may be looked after from now on.
        self._seen = self._changing = self._signatures()
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


def _try(path: Path, folder: Path, load: Load, raw: bytes | None) -> Loaded | ConfigError:
    try:
        config, secrets = load(path, folder)
    except ConfigError as error:
        return error
    # A mapper's module is foreign code that the load imports; whatever it does, the service goes on.
    except BaseException as error:
        return ConfigError([f"{path}: it cannot be loaded: {type(error).__name__}: {error}"])
    return Loaded(config, _hash(raw or b"", config.files), secrets, raw or b"")


def _is_unchanged(path: Path, raw: bytes | None, loaded: Loaded | ConfigError) -> bool:
    """Whether the file, and the others that it names, are as they were when they were loaded."""
    files = loaded.config.files if isinstance(loaded, Loaded) else ()
    same = not isinstance(loaded, Loaded) or loaded.hash == _hash(raw or b"", files)
    return same and _read(path) == raw


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None


def _hash(raw: bytes, files: Iterable[Path] = ()) -> str:
    """Names the file, with the others that it names, as it is in logs, attempts and health."""
    whole = hashlib.sha256(raw)
    for file in files:
        whole.update(hashlib.sha256(_read(file) or b"").digest())
    return whole.hexdigest()[:12]


def _signature(path: Path) -> tuple[int, ...] | None:
    """Changes with whatever happens to the file: it is written, replaced, or a link on its way leads elsewhere."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns
