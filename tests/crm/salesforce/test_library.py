"""What simple-salesforce brings along is loaded when it is needed, or not at all."""

import sys
from subprocess import run

NAMES = ["charset_normalizer", "jwt", "more_itertools", "xml.etree.ElementTree", "zeep"]


def test_nothing_is_loaded() -> None:
    """A process that only writes Cases has none of it. Whoever wants it later gets the real one."""
    run_python(
        "import app.crm.salesforce, importlib, requests, sys",
        f"assert not set({NAMES}) & set(sys.modules)",
        f"assert all(importlib.import_module(name).__spec__ for name in {NAMES})",
    )


def test_encodings_are_guessed() -> None:
    """An answer that does not name its encoding is read all the same."""
    run_python(
        "import app.crm.salesforce, requests",
        "answer = requests.Response()",
        "answer._content = 'Grüße aus München, schöne Straße'.encode()",
        "assert 'Grüße' in answer.text",
    )


def run_python(*lines: str) -> None:
    """In a process that has loaded nothing yet."""
    run([sys.executable, "-c", "\n".join(lines)], check=True)
