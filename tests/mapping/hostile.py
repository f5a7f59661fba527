"""Tries templates on hostile callbacks, each in a process of its own with little memory and time; a JSON line for each.

Run as a script by `test_safety.py`: the templates come as a JSON object on stdin.
"""

import json
import os
import resource
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import process_time
from typing import Any

from app.domain.callback import Callback
from app.mapping.language.limits import TemplateError
from app.mapping.language.template import compile_native, compile_text, names_of
from tests.payload.reading import RECEIVED_AT, SOURCE

SIZE = 65_536  # the largest payload
ITEMS = 4_000
MEMORY = 256 * 1024 * 1024  # beyond what the process has before
SECONDS = 30  # of the processor, for one template with all callbacks
TEXTS = ["\U0001f600", "a", " ", "<p>", "<br> ", "+49", "%Y", "ß"]


def callbacks() -> list[Callback]:
    """Callbacks whose texts are as long as they can be. The widest text comes with the largest tree."""
    first, *others = [(text * SIZE)[:SIZE] for text in TEXTS]
    return [
        hostile_callback(first, first, ITEMS, ITEMS),
        *(hostile_callback(text, text, ITEMS) for text in others),
        hostile_callback("a" * SIZE, "a" * (SIZE // 2) + "b", ITEMS),
        Callback(SOURCE, "4711", RECEIVED_AT),
    ]


def hostile_callback(body: str, sent: str, items: int = 10, nested: int = 10) -> Callback:
    """A callback with everything, and that as odd as it can be."""
    begun = datetime(2026, 11, 21, 9, 38, 7, tzinfo=UTC).astimezone(SOURCE.zone)
    deep: Any = "x"
    for _ in range(60):
        deep = [deep]
    tree = [{str(number): [number, {"a": None}]} for number in range(nested)]
    extra = {
        "list": list(range(items)),
        "tree": tree,
        "other": json.loads(json.dumps(tree)),
        "deep": deep,
        "big": 10**4_000,
        "nan": float("nan"),
    }
    return Callback(
        SOURCE,
        "4711",
        RECEIVED_AT,
        caller="+4930901820",
        callback_number="+4930901820",
        call_start=begun,
        call_end=begun + timedelta(seconds=233),
        subject="Bitte um Rückruf",
        body=body,
        sent={"Body": sent, "Subject": "Bitte um Rückruf"},
        extra=extra,
    )


def outcomes(template: str, tried: list[Callback]) -> dict[str, Any]:
    """What the template comes to: the problem it is refused for, or all that it ends in, and the longest time."""
    begun = process_time()
    try:
        renders = [compile_text(template), compile_native(template)]
    except ValueError as error:
        return {"refused": str(error), "seconds": process_time() - begun}
    found: dict[str, Any] = {"failed": [], "ended": 0, "seconds": process_time() - begun}
    for callback in tried:
        # What a value becomes in the end has nothing to do with the text: the first callback and the last show it.
        for render in renders if callback is tried[0] or callback is tried[-1] else renders[:1]:
            begun = process_time()
            _try(render, callback, found)
            found["seconds"] = max(found["seconds"], process_time() - begun)
    found["failed"] = sorted(set(found["failed"]))
    return found


def _try(render: Callable[[Any], Any], callback: Callback, found: dict[str, Any]) -> None:
    try:
        render(names_of(callback))
    except TemplateError as error:
        found["failed"].append(str(error))
    else:
        found["ended"] += 1


def limited(template: str, tried: list[Callback]) -> dict[str, Any]:
    """`outcomes` in a process that is killed when it needs too much."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _limit()
        try:
            said = json.dumps(outcomes(template, tried))
        except BaseException as error:
            said = json.dumps({"broke": repr(error)[:200]})
        os.write(writing, said.encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return dict(json.loads(said)) if said else {"broke": f"killed, {os.waitstatus_to_exitcode(status)}"}


def _limit() -> None:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + MEMORY
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


if __name__ == "__main__":
    everyone = callbacks()
    for name, template in json.load(sys.stdin).items():
        sys.stdout.write(json.dumps({"name": name, **limited(template, everyone)}) + "\n")
