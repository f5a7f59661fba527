"""The web service beside workers of its own, and how it ends."""

from pathlib import Path

from app.ledger.heartbeats import Heartbeats
from tests.support.postgres import RunningPostgres
from tests.support.process import free_port
from tests.support.ringback import RunningRingback

# A process that leaves connections behind waits longer for their threads.
PROMPT = 30.0


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
