"""Who has to act when a reason stands in the way; `docs/reasons.md` says what to do."""

from app.domain.reasons import Reason, Scope

_BY_SCOPE = {
    Scope.REQUEST: "jtel admin",
    Scope.CALLBACK: "integrator",
    Scope.RULE: "integrator",
    Scope.ORG: "Salesforce admin",
}
_BY_REASON = {
    Reason.INTERNAL_ERROR: "developer",
    Reason.ENGINE_NOT_RUNNING: "operator",
    Reason.LEDGER_UNAVAILABLE: "operator",
}


def who_acts(word: str | None) -> str | None:
    """Nobody where it passes by itself."""
    reason = Reason.of(word)
    return (_BY_REASON.get(reason) or _BY_SCOPE.get(reason.scope)) if reason else None
