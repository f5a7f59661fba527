"""The commands that the documents tell to run: complete, understood, and run."""

import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import click
import pytest
from cryptography.fernet import Fernet

from app.cli import main
from tests.docs.pages import PAGES, ROOT, Command, commands, commands_in_sentences
from tests.docs.shell import Done, run_line, run_ringback
from tests.support.ringback import SECRET, RunningRingback
from tests.support.sandbox import RunningSandbox

# Each with what stands in its place.
NOT_RUN = {
    "make run": "never ends: tests/cli/test_run.py",
    "make test": "is what runs this",
    "make -C /opt/ringback install": "wants root and a machine of its own: docs/deploying.md says how it was tried",
    "make bench": "takes an hour and wants a quiet machine: tests/bench/test_stand_in.py",
    "ringback console user anna --role operator": "asks for a password: tests/cli/test_console.py",
    "ringback sandbox": "never ends: tests/sandbox/test_cli.py",
    "ringback sandbox --port 9001 --data /tmp/org.db": "the same",
    "ringback migrate --back-to 0002": "wants all others stopped: tests/cli/test_migrate.py",
}
FOLLOWED_ELSEWHERE = {"writing-a-mapper.md", "mapper-reference.md"}  # as a whole: tests/test_writing_a_mapper.py

Reader = Callable[[Command], Done]


def tree(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Each command and group with the words that call it."""
    yield path, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from tree(found, f"{path} {name}")


TREE = dict(tree(main, "ringback"))


def split(line: str) -> tuple[str, list[str]]:
    """The path of a command of ours in the tree, and its arguments."""
    words = shlex.split(filled(line).partition(" | ")[0])
    while not words[0].endswith("ringback"):
        words.pop(0)
    words[0] = "ringback"
    most = max(count for count in range(1, len(words) + 1) if " ".join(words[:count]) in TREE)
    return " ".join(words[:most]), words[most:]


def filled(line: str) -> str:
    """The line with something in the place of `<id>`, `*` and their like."""
    return re.sub(r"<\w+>", "3", line.replace("<reason>", "crm_timeout").replace("/*", "/v4.json"))


@pytest.mark.parametrize("path", [path for path in TREE if path != "ringback"])
def test_commands_and_options_are_documented(path: str) -> None:
    """A page names each command, and with it each of its options."""
    telling = [text for text in (page.read_text() for page in PAGES) if path in text]
    options = [one.opts[-1] for one in TREE[path].params if isinstance(one, click.Option) and not one.hidden]

    assert telling
    assert [] == [option for option in options if not any(option in text for text in telling)]


@pytest.mark.parametrize("command", [one for one in commands() if one.line.startswith("make")], ids=str)
def test_targets_of_make_exist(command: Command) -> None:
    """What the pages tell make to do, it knows."""
    assert re.search(rf"^{command.line.split()[-1]}:", (ROOT / "Makefile").read_text(), re.M)


@pytest.mark.parametrize(
    "command",
    [*commands_in_sentences(), *(one for one in commands() if one.line in NOT_RUN and one.calls_ringback)],
    ids=str,
)
def test_commands_that_are_not_run_are_understood(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command line knows each word. A sentence may leave out what the command is given."""
    monkeypatch.chdir(ROOT)
    path, arguments = split(command.line)

    assert path != "ringback" or arguments == ["--help"]
    if arguments and path != "ringback":
        with suppress(click.MissingParameter):
            TREE[path].make_context(path, arguments)


@pytest.fixture(scope="module")
def reader(shared_sandbox: RunningSandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Runs commands in a folder like a checkout, beside a Ringback that has four callbacks. It answers yes."""
    folder = tmp_path_factory.mktemp("reader")
    for name in ("config", "examples"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "rules.yaml").symlink_to(folder / "config" / "ringback.yaml")
    own = {
        "RINGBACK_OPERATOR_SECRET": SECRET[::-1],
        "RINGBACK_FLOW_SECRET": SECRET.upper(),
        "JTEL_URL": "http://127.0.0.1:9",
        "JTEL_TOKEN": "t",
        "JTEL_CLIENTS_ID": "1",
        "RINGBACK_ENCRYPTION_KEY": Fernet.generate_key().decode(),
        "RINGBACK_DEADLINE": "1",
        "WEB_CONCURRENCY": "1",
    }
    with RunningRingback(shared_sandbox.url, folder / "log", own, folder) as ringback:
        for event_id in (700_001, 700_002, 700_003, 700_004):
            ringback.post({"AcdEventsID": event_id, "Caller": "4930901820"})
        environment = {
            **ringback.environment,
            "RINGBACK_ALERT_WEBHOOK": f"{ringback.url}/nobody",
            "JTEL_URL": ringback.url,
            "JTEL_TOKEN": "nobodys",
            "JTEL_CLIENTS_ID": "1",
        }

        ports = {"8000": ringback.port, "8001": shared_sandbox.port}

        def run(command: Command) -> Done:
            if not command.calls_ringback:
                here = re.sub(r"(?<=127\.0\.0\.1:)800[01]", lambda port: str(ports[port[0]]), command.line)
                return run_line(here, folder, environment)
            path, arguments = split(command.line)
            yes = ["--yes"] if any("--yes" in one.opts for one in TREE[path].params) else []
            return run_ringback([*path.split()[1:], *arguments, *yes], folder, environment)

        yield run
    shared_sandbox.reset()


def commands_to_run() -> dict[Path, list[Command]]:
    """Those of each page, in its order: a line may need what an earlier one has made."""
    pages: dict[Path, list[Command]] = {}
    for command in commands():
        if command.line not in NOT_RUN and command.page.name not in FOLLOWED_ELSEWHERE:
            pages.setdefault(command.page, []).append(command)
    return pages


@pytest.mark.parametrize("page", commands_to_run(), ids=lambda page: page.name)
def test_commands_run(page: Path, reader: Reader) -> None:
    """Each line does what it is for, or says in a sentence what is not well; it is never wrong itself."""
    for command in commands_to_run()[page]:
        done = reader(command)

        assert done.status in ((0, 1) if command.calls_ringback else (0,)), f"{command.line}: {done.said}"
        assert "Traceback" not in done.said, command.line
        assert not re.search(r'"status": ?"(unauthorized|not_ready|error)"', done.said), f"{command.line}: {done.said}"


def test_what_is_not_run_is_in_the_pages() -> None:
    """The list of exceptions has none that is over."""
    assert set() == set(NOT_RUN) - {command.line for command in commands()}
