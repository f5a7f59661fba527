"""What a reconcile has found, for people."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from app.operations.reconcile.report import MOST_NAMED, ReconcileReport


def told(report: ReconcileReport) -> Iterator[str]:
    """The lines for one source."""
    yield f"Source {report.source}: {report.looked_at} events in jtel"
    if report.since is None:
        yield "  No callback of this source has come yet, and what is older than the first is never taken in."
    else:
        yield f"  Only what was made since {datetime.fromtimestamp(report.since, UTC):%Y-%m-%d %H:%M:%S} UTC counts."
    yield _line(report.same, "are in the ledger, too")
    yield _line(len(report.taken), f"{_were(report)}: the engine delivers them" + _named(report.taken))
    if report.invalid:
        yield _line(len(report.invalid), f"{_were(report)}, but cannot be understood" + _named(report.invalid))
    for why, count in sorted(report.left_out.items(), key=lambda item: -item[1]):
        yield _line(count, f"are left out: they {why.said}")
    if report.gone is not None:
        yield _line(report.gone_count, "are in the ledger, and jtel has them no more" + _named(report.gone))
    if not report.done and report.found:
        yield "Nothing was taken in. To do so: ringback reconcile --yes"


def _were(report: ReconcileReport) -> str:
    return "were taken in" if report.done else "never came, and would be taken in"


def _named(events: Sequence[str]) -> str:
    if not events:
        return ""
    more = f" and {len(events) - MOST_NAMED} more" if len(events) > MOST_NAMED else ""
    return f" ({', '.join(events[:MOST_NAMED])}{more})"


def _line(count: int, what: str) -> str:
    return f"{count:9}  {what}"
