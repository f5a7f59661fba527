"""Encrypts everything with the key in force, so that the others are needed no more."""

from collections.abc import Callable

from app.ledger.keys import forget_replaced
from app.ledger.ledger import Ledger
from app.ledger.resealing import SEALED, Sealed, count_others, reseal
from app.operations.turns import in_turns


def encrypt_anew(ledger: Ledger, told: Callable[[int], object]) -> int:
    """Encrypts them, some at a time; `told` hears how many each time. The ledger has a seal.

    Says how many are left: what another process has stored meanwhile with an older key. Raises `LedgerError`.
    """
    database, codec = ledger.database, ledger.codec
    for sealed in SEALED:
        in_turns(_steps(ledger, sealed), told)
    left = count_others(database, codec)
    if not left and codec.seal is not None:
        forget_replaced(database, codec.seal)
    database.empty_journal()
    return left


def _steps(ledger: Ledger, sealed: Sealed) -> Callable[[], int]:
    last = 0

    def step() -> int:
        nonlocal last
        last, done = reseal(ledger.database, ledger.codec, sealed, last)
        return done

    return step
