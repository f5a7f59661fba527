"""What the files for deploying say."""

import json
import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]


def text(name: str) -> str:
    return (ROOT / name).read_text()


def procfile() -> dict[str, str]:
    """The command line of each kind of process."""
    return dict(line.split(": ", 1) for line in text("Procfile").splitlines())


def dockerfile(instruction: str) -> list[str]:
    """What follows each of these instructions, lines that are continued as one."""
    whole = text("Dockerfile").replace("\\\n", " ")
    return re.findall(rf"^{instruction} +(.*)$", whole, re.M)


def dockerfile_command(instruction: str) -> list[str]:
    """The words of the last CMD or HEALTHCHECK."""
    words: list[str] = json.loads(re.sub(r".*?(?=\[)", "", dockerfile(instruction)[-1], count=1))
    return words


def unit(name: str) -> dict[str, str]:
    """The settings of a systemd unit."""
    return dict(re.findall(r"^(\w+)=(.*)$", text(f"deploy/{name}"), re.M))


def kubernetes() -> list[Any]:
    return list(YAML(typ="safe").load_all(text("deploy/kubernetes.yaml")))


def compose() -> Any:
    return YAML(typ="safe").load(text("compose.yaml"))
