"""Without users there is no console."""

import json
import subprocess
import sys

from tests.support.console_app import settings_for

_SCRIPT = """
import json, sys
from app import create_app
app = create_app()
paths = "/console/", "/console", "/console/sign-in", "/console/static/console.js", "/nowhere", "/"
client = app.test_client()
answers = [(client.get(path, headers={"Accept": "text/html"})) for path in paths]
print(json.dumps({
    "answers": sorted({(a.status_code, a.mimetype, a.json["message"]) for a in answers}),
    "loaded": [name for name in sys.modules if name.partition(".")[0] == "babel" or name.startswith("app.console")],
}))
"""


def run(environment: dict[str, str]) -> tuple[dict, str]:
    done = subprocess.run([sys.executable, "-c", _SCRIPT], env=environment, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]), "\n".join([*lines[:-1], done.stderr])


def test_a_stranger_learns_nothing(tmp_path) -> None:
    """Its addresses answer what all unknown ones do, nothing of it is loaded, and the log says once that it is off."""
    settings = settings_for(f"sqlite:///{tmp_path / 'ledger.db'}")
    said, log = run({**settings, "RINGBACK_CONSOLE_USERS": "", "RINGBACK_LOG_FORMAT": "json"})

    assert len(said["answers"]) == 1
    assert said["answers"][0][:2] == [404, "application/json"]
    assert said["loaded"] == []
    assert log.count("console_off") == 1


def test_its_templates_wait_for_the_first_page(tmp_path) -> None:
    """A process that nobody looks at has read none, and knows no dates in words."""
    script = "import sys; from app import create_app; create_app(); print(['babel.dates' in sys.modules])"
    settings = settings_for(f"sqlite:///{tmp_path / 'ledger.db'}")
    done = subprocess.run([sys.executable, "-c", script], env=settings, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "[False]"
