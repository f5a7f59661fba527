"""Encrypts everything with the key in force, so that the others are needed no more."""

from collections.abc import Callable
from dataclasses import dataclass

from app.ledger.keys import forget_replaced
from app.ledger.ledger import Ledger
from app.ledger.resealing import count_others, reseal
from app.ledger.wish_removal import count_other_seals, reseal_wishes
from app.operations.turns import in_turns


@dataclass(frozen=True)
class Rekey:
    """For a ledger with a seal."""

    ledger: Ledger

    def count(self) -> int:
        """How many payloads are not encrypted with the key in force. Raises `LedgerError`."""
        database, codec = self.ledger.database, self.ledger.codec
        return count_others(database, codec) + count_other_seals(database, codec)

    def run(self, told: Callable[[int], object] = lambda _: None) -> int:
        """Encrypts them, some at a time; `told` hears how many each time. Says how many are left: what another process
        has stored meanwhile with an older key. Raises `LedgerError`.
        """
        database, codec = self.ledger.database, self.ledger.codec
        last = 0

        def step() -> int:
            nonlocal last
            last, done = reseal(database, codec, last)
            return done

        in_turns(step, told)
        in_turns(lambda: reseal_wishes(database, codec), told)
        left = self.count()
        if not left and codec.seal is not None:
            forget_replaced(database, codec.seal)
        database.empty_journal()
        return left
