"""The figures as Markdown: `python -m bench.report var/bench.json` puts them into docs/performance.md."""

import argparse
import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LABELS = {
    "sqlite": "Ringback, SQLite",
    "postgres": "Ringback, Postgres",
    "earlier": "an earlier Ringback, SQLite",
    "node-red": "Node-RED",
    "flask": "bare Flask",
}
# Syncs of the disk for each callback that waits for nobody: it is stored, and its Case is noted.
_SYNCS = 2
Rounds = Sequence[Mapping[str, Any]]


def main() -> None:
    """Replaces what is between the page's markers."""
    parser = argparse.ArgumentParser(prog="python -m bench.report", description=__doc__)
    parser.add_argument("file", type=Path)
    report = json.loads(parser.parse_args().file.read_text())
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{as_markdown(report)}\n{END}{after}")


def as_markdown(report: Mapping[str, Any]) -> str:
    """All scenarios of a run that there are."""
    done = report["scenarios"]
    parts = [_head(report)]
    parts += [f"### {title}\n\n{write(done[name])}" for name, (title, write) in _SCENARIOS.items() if name in done]
    return "\n\n".join(parts)


def _head(report: Mapping[str, Any]) -> str:
    on = report["machine"]
    versions = [f"{name} {on[name]}" for name in ("python", "gunicorn", "flask", "sqlalchemy", "sqlite")]
    versions += [on["postgres"], f"Node {on['node']}", f"Node-RED {on['node_red']}", on["wrk"]]
    against = f" against {report['earlier']}" if report.get("earlier") else ""
    return (
        f"`{report['command']}`, {report['date'][:10]}, commit {report['commit']}{against}: "
        f"{on['cores']} cores of {on['processor']}, {on['memory_gb']} GB, Linux {on['kernel']}, load before it "
        f"{on['load_before']}. {', '.join(versions)}. "
        f"{report['rounds']} rounds of {report['seconds']:.0f} s in turns, longer where Salesforce is slow; each "
        "figure is the median of the rounds."
    )


def _throughput(done: Mapping[str, Any]) -> str:
    contenders = done["contenders"]
    alone = f"The stand-in alone answers {done['stand_in']['per_second']:,.0f}/s."
    return f"{_load_table(contenders)}\n\n{_ratios(contenders)} {alone}"


def _load_table(contenders: Mapping[str, Rounds], ideal: float | None = None) -> str:
    head = ["", "answers/s", "p50 ms", "p99 ms", "p99 : p50", "CPU ms each", "calls a Case", "each once"]
    rows = []
    for name, rounds in contenders.items():
        p50, p99, rate = _median(rounds, "p50"), _median(rounds, "p99"), _median(rounds, "per_second")
        calls = _median([one for one in rounds if one["calls_per_case"] is not None], "calls_per_case")
        row = [LABELS[name], f"{rate:,.0f} ({_range(rounds, 'per_second')})", f"{p50:.1f}", f"{p99:.1f}"]
        row += [f"{p99 / p50:.1f}", f"{_median(rounds, 'cpu_ms'):.2f}", f"{calls:.2f}" if calls else "none"]
        row += ["yes" if all(one["each_once"] for one in rounds) else "NO"]
        rows.append([*row, f"{rate / ideal:.0%}"] if ideal else row)
    return _table([*head, f"of the ideal {ideal:,.0f}/s"] if ideal else head, rows)


def _ratios(contenders: Mapping[str, Rounds]) -> str:
    pairs = [("sqlite", "earlier"), ("sqlite", "flask"), ("sqlite", "node-red"), ("postgres", "sqlite")]
    said = []
    for one, other in pairs:
        if one in contenders and other in contenders:
            ratio = _ratio(contenders[one], contenders[other], "per_second")
            said.append(f"{LABELS[one]} : {LABELS[other]} = {ratio:.2f}")
    return "; ".join(said) + "." if said else ""


def _alone(done: Mapping[str, Any]) -> str:
    salesforce, disk = done["salesforce"], done["disk"]
    crm50, crm99, sync50, sync99 = (_median(rounds, share) for rounds in (salesforce, disk) for share in ("p50", "p99"))
    rows = []
    for name, rounds in done["contenders"].items():
        p50, p99 = _median(rounds, "p50"), _median(rounds, "p99")
        stores = _SYNCS if name not in ("node-red", "flask") else 0
        # It is rare that both syncs are slow.
        over50, over99 = p50 - crm50 - stores * sync50, p99 - crm99 - bool(stores) * (sync50 + sync99)
        cpu = _median(rounds, "cpu_ms")
        rows.append([LABELS[name], f"{p50:.1f}", f"{p99:.1f}", f"{over50:.1f}", f"{over99:.1f}", f"{cpu:.2f}"])
    head = ["", "p50 ms", "p99 ms", "overhead p50 ms", "overhead p99 ms", "CPU ms each"]
    return (
        f"{_table(head, rows)}\n\nSalesforce's time {crm50:.2f} / {crm99:.2f} ms (p50 / p99); one sync of the disk "
        f"{sync50:.2f} / {sync99:.2f} ms. The overhead is over Salesforce's time and two syncs of the disk."
    )


def _with_ideal(done: Mapping[str, Any]) -> str:
    return _load_table(done["contenders"], done["ideal"])


def _burst(done: Mapping[str, Any]) -> str:
    rows = [[kind, LABELS[name], *_burst_row(one)] for kind, all_of in done.items() for name, one in all_of.items()]
    return _table(["Salesforce", "", "answers", "500", "no answer", "worst s", "statuses", "reasons", "health"], rows)


def _burst_row(one: Mapping[str, Any]) -> list[str]:
    numbers = [f"{one['answers']:,}", str(one["failures"]), str(one["silent"]), f"{one['worst_s']:.1f}"]
    return [*numbers, _counts(one["statuses"]), _counts(one["reasons"]) or "none", _counts(one["health"])]


def _drain(done: Mapping[str, Any]) -> str:
    rows = []
    for name, one in done.items():
        seconds = f"{one['seconds']:.1f}" if one["seconds"] else "not drained"
        numbers = [f"{one['waiting']:,}", f"{one['cases']:,}", str(one["calls"]), seconds, str(one["duplicates"])]
        rows.append([LABELS[name], *numbers])
    return _table(["", "waiting", "Cases", "calls", "seconds", "kept out by the unique index"], rows)


def _rows(done: Mapping[str, Any]) -> str:
    rows = []
    for name, one in done.items():
        ratio = _ratio(one["full"], one["empty"], "p50")
        times = [f"{_median(one[ledger], 'p50'):.2f}" for ledger in ("full", "empty")]
        rows.append([LABELS[name], f"{one['rows']:,}", *times, f"{ratio:.2f}"])
    return _table(["", "rows", "p50 ms, full", "p50 ms, empty", "full : empty"], rows)


def _start(done: Mapping[str, Any]) -> str:
    rows = [
        [LABELS[name], f"{one['first_s']:.2f}", f"{one['again_s']:.2f}", f"{one['pss_mb']:.0f}"]
        for name, one in done.items()
    ]
    return _table(["", "first start s", "later starts s", "PSS MB"], rows)


_SCENARIOS: Mapping[str, tuple[str, Callable[[Any], str]]] = {
    "throughput": ("32 clients, Salesforce answers at once", _throughput),
    "alone": ("1 client", _alone),
    "slow": ("32 clients, Salesforce takes 200 ms", _with_ideal),
    "many": ("256 clients, Salesforce takes 300 ms", _with_ideal),
    "burst": ("A burst by 100 connections", _burst),
    "drain": ("A backlog", _drain),
    "rows": ("A large ledger", _rows),
    "start": ("Start and memory", _start),
}


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _median(rounds: Rounds, key: str) -> float:
    values = [float(one[key]) for one in rounds]
    return statistics.median(values) if values else 0.0


def _ratio(one: Rounds, other: Rounds, key: str) -> float:
    """The median of the rounds' own ratios: what hits a round hits both."""
    return statistics.median(float(mine[key]) / float(theirs[key]) for mine, theirs in zip(one, other, strict=True))


def _range(rounds: Rounds, key: str) -> str:
    values = [float(one[key]) for one in rounds]
    return f"{min(values):,.0f} to {max(values):,.0f}"


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in sorted(counts.items()))


if __name__ == "__main__":
    main()
