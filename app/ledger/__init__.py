"""The ledger: every callback and its fate. The only truth, and the queue that the engine works off."""

from app.ledger.database import Database
from app.ledger.ledger import Ledger

__all__ = ["Database", "Ledger"]
