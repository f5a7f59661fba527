"""Remembers for a while how much a field of a rule takes, so that a long text costs one call and not two."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from app.crm.lengths import Limit
from app.domain.errors import CrmError

log = structlog.get_logger()

_Key = tuple[str, str, str]


@dataclass
class KnownLimits:
    """Shared by the threads of a process. Each of at most `most` fields is known for so many `seconds`.

    A rule is named with the configuration that it stands in (`config`).
    """

    seconds: float
    most: int
    clock: Callable[[], float]
    _fields: dict[_Key, tuple[Limit, float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, config: str, rule: str) -> Mapping[str, Limit]:
        """How much the fields of the rule take, as far as that is known."""
        if not self._fields:
            return {}
        with self._lock:
            now = self.clock()
            self._fields = {key: known for key, known in self._fields.items() if key[0] == config and now < known[1]}
            return {name: limit for (_, of, name), (limit, _) in self._fields.items() if of == rule}

    def learn(self, config: str, rule: str, limits: Mapping[str, Limit], error: CrmError) -> None:
        """The CRM has refused these fields as too long, and they are cut to these limits."""
        for name, limit in limits.items():
            # What it has not named is a guess, and only for this text.
            if name in error.guessed or limit.most not in error.too_long.values():
                log.warning("field_cut", rule=rule, field=name, message=error.message)
            elif self._remember((config, rule, name), limit):
                # It says who acts.
                log.warning("field_cut", rule=rule, field=name, most=limit.most, message=error.message)

    def _remember(self, key: _Key, limit: Limit) -> bool:
        """Whether it is new."""
        with self._lock:
            new = key not in self._fields
            if not new or len(self._fields) < self.most:
                self._fields[key] = limit, self.clock() + self.seconds
            return new
