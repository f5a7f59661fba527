"""The web service beside workers of its own, and how it ends."""

from pathlib import Path

from app.ledger.heartbeats import Heartbeats
from app.ledger.pauses import ORG, Pauses
from tests.support.chaos_house import wait_until
from tests.support.many import repeat_entries
from tests.support.patience import PATIENCE
from tests.support.pauses import pause_all
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port
from tests.support.ringback import RunningRingback
from tests.support.sandbox import RunningSandbox

# A process that leaves connections behind waits longer for their threads.
PROMPT = 30.0
# More than the calls of the backlog take that can be under way at once.
BACKLOG = 450


def test_ends_promptly_after_it_has_woken_an_engine(tmp_path: Path, postgres: RunningPostgres) -> None:
    """A web process that has called the workers is gone soon after it is told to end."""
    environment = {
        "RINGBACK_ENGINE": "procrastinate",
        "DATABASE_URL": postgres.create_database(),
        "RINGBACK_DEADLINE": "2",
    }
    with RunningRingback(f"http://127.0.0.1:{free_port()}", tmp_path / "log", environment) as running:
        Heartbeats(running.database).beat("a worker")
        assert "queued" == running.post({"AcdEventsID": 1, "Caller": "4930901820"}).body["status"]
        running.process.terminate()

        assert 0 == running.process.wait(PROMPT)


def test_ends_with_a_long_backlog(tmp_path: Path, sandbox: RunningSandbox) -> None:
    """Told to end, a process finishes the calls under way and gives the rest back: nothing is left leased."""
    with RunningRingback(sandbox.url, tmp_path / "log", {"WEB_CONCURRENCY": "1"}) as running:
        pauses = Pauses(running.database)
        pause_all(pauses)
        assert "queued" == running.post({"AcdEventsID": 1000, "Caller": "4930901820"}).body["status"]
        repeat_entries(running.database, [1000], range(1001, 1000 + BACKLOG))
        sandbox.fault("latency", seconds=3, share=1, match="POST /services/data")
        pauses.end(ORG)
        claimed = wait_until(lambda: all(one["lease"] for one in running.entries()), PATIENCE)
        running.process.terminate()
        ended = running.process.wait(PATIENCE)
        entries = running.entries()

    assert claimed
    assert 0 == ended
    assert {None} == {one["lease"] for one in entries}
    assert {("delivered", 1), ("waiting", 0)} >= {(one["state"], one["attempts"]) for one in entries}
    assert "waiting" in {one["state"] for one in entries}
