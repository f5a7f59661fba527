"""The secret in the URL, and all that may be logged of a URL."""

from pathlib import Path

import requests

from tests.support.patience import PATIENCE
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

CONFIG = """\
sources: {default: {token_in_url: true}}
rules: [{name: everyone-else, fields: {Subject: Callback}}]
"""
FORMAT = '%(h)s "%(r)s" %(U)s %(q)s %(f)s %(u)s %({authorization}i)s %({raw_uri}e)s %({http_authorization}e)s'


def test_log_holds_no_secret(sandbox: RunningSandbox, tmp_path: Path) -> None:
    """Neither the secret in a URL or a header nor a caller's number is in the log, whatever gunicorn is told to log."""
    (tmp_path / "ringback.yaml").write_text(CONFIG)
    environment = {
        "RINGBACK_CONFIG": str(tmp_path / "ringback.yaml"),
        "WEB_CONCURRENCY": "1",
        "GUNICORN_LOG_LEVEL": "debug",
        "GUNICORN_CMD_ARGS": f"--access-logfile - --access-logformat '{FORMAT}'",
    }
    with RunningRingback(sandbox.url, tmp_path / "log", environment) as server:
        by_url = server.post(b"{}", f"/callbacks/default/{SECRET}?Caller=4930901820", secret=None)
        server.post(b"{}", f"/callbacks/{SECRET}", headers={"Referer": f"http://x/{SECRET}"})
        requests.get(server.url, auth=("4930901820", SECRET), timeout=PATIENCE)
    log = server.log.read_text()

    assert "event_id_missing" == by_url.body["reason"]
    assert [] == [text for text in (SECRET, "901820") if text in log]
