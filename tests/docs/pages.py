"""The documents, and the commands in them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "salesforce/README.md", *(ROOT / "docs").rglob("*.md")]
)
_RINGBACK = re.compile(r"([A-Z_]+=\S+ )*(\.venv/bin/)?ringback\b")
_OURS = re.compile(r"(make|curl)\b")
_INLINE = re.compile(r"`((?:[A-Z_]+=\S+ )*(?:\.venv/bin/)?ringback [^`…]+)`")


@dataclass(frozen=True)
class Command:
    """A line for a shell, as a page has it, without its comment."""

    page: Path
    line: str

    @property
    def calls_ringback(self) -> bool:
        """Whether it is one of Ringback's own."""
        return bool(_RINGBACK.match(self.line))

    def __str__(self) -> str:
        return f"{self.page.name}: {self.line}"


def commands() -> list[Command]:
    """What the pages tell to run: all that has a prompt, and of the rest what is ours. Each once, in its order."""
    found: dict[str, Command] = {}
    for page in PAGES:
        for line in _code(page):
            command = Command(page, re.sub(r"\s+# .*$", "", line.removeprefix("$ ")).strip())
            if line.startswith("$ ") or command.calls_ringback or _OURS.match(line):
                found.setdefault(command.line, command)
    return list(found.values())


def commands_in_sentences() -> list[Command]:
    """The commands of ours that stand in the text. `<id>` and its like are placeholders."""
    return [Command(page, line) for page in PAGES for line in _INLINE.findall(page.read_text())]


def _code(page: Path) -> Iterator[str]:
    """The lines of shell blocks, of blocks without a language and of indented ones; those that go on are one."""
    fence: str | None = None
    for line in page.read_text().replace("\\\n", " ").splitlines():
        if line.strip().startswith("```"):
            fence = None if fence is not None else line.strip()
        elif fence in ("```sh", "```") or (fence is None and line.startswith("    ")):
            yield line.strip()
