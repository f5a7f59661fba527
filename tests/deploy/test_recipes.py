"""The files for deploying agree with the project and with one another."""

import json
import re
import tomllib
from collections.abc import Callable

import pytest

from app.cli import COMMANDS
from app.domain.source import secret_name
from app.ledger.postgres import POOL_SIZE
from tests.deploy.recipes import ROOT, compose, dockerfile, kubernetes, procfile, text, unit

# Of others: of the image of Postgres, of Python, and of the shell.
FOREIGN = {"POSTGRES_USER", "POSTGRES_DB", "POSTGRES_PASSWORD", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PATH"}


def known_settings() -> set[str]:
    table = re.findall(r"^\| `([A-Z_]+)`", text("docs/settings.md"), re.M)
    return {*table, *(f"{name}_FILE" for name in table), secret_name("default")}


def names_in_compose() -> set[str]:
    services = compose()["services"].values()
    comment = re.findall(r"\b[A-Z]+_[A-Z_]+\b", text("compose.yaml").partition("\nx-")[0])
    return {*comment, *(name for service in services for name in service["environment"])}


def names_in_kubernetes() -> set[str]:
    container = kubernetes()[0]["spec"]["template"]["spec"]["containers"][0]
    return {
        *re.findall(r"--from-literal=([A-Z_]+)", text("deploy/kubernetes.yaml")),
        *(e["name"] for e in container["env"]),
    }


def names_in_units() -> set[str]:
    example = re.findall(r"^([A-Z_]+)=", text("deploy/ringback.env"), re.M)
    return {*example, *re.findall(r"([A-Z_]+)=", unit("ringback.service")["Environment"])}


@pytest.mark.parametrize(
    "names",
    [
        names_in_compose,
        names_in_kubernetes,
        names_in_units,
        lambda: set(json.loads(text("app.json"))["env"]),
        lambda: set(re.findall(r"([A-Z_]+)=", " ".join(dockerfile("ENV")))),
    ],
    ids=["compose.yaml", "kubernetes.yaml", "units", "app.json", "Dockerfile"],
)
def test_every_variable_is_a_setting(names: Callable[[], set[str]]) -> None:
    """What a file sets or asks for is explained in docs/settings.md, or belongs to another program."""
    found = names()

    assert found
    assert set() == found - known_settings() - FOREIGN


def test_what_the_image_copies_is_there() -> None:
    """Each file that the image is made of exists and is let through by .dockerignore."""
    let_through = {line[1:] for line in text(".dockerignore").splitlines() if line.startswith("!")}
    copied = {name for line in dockerfile("COPY") if not line.startswith("--from") for name in line.split()[:-1]}

    assert copied == let_through
    assert [] == [name for name in copied if not (ROOT / name).exists()]


def test_one_python() -> None:
    """Heroku's Python is the image's, and one that the project supports."""
    wanted = text(".python-version").strip()
    least = tomllib.loads(text("pyproject.toml"))["project"]["requires-python"].removeprefix(">=")

    assert {f"python:{wanted}-slim"} == {line.split()[0] for line in dockerfile("FROM")}
    assert [int(part) for part in wanted.split(".")] >= [int(part) for part in least.split(".")]


def test_commands_exist() -> None:
    """What the files call of Ringback is a command of it."""
    lines = [*procfile().values(), " ".join(compose()["services"]["worker"]["command"])]
    called = {name for line in lines for name in re.findall(r"(?:python -m app|\bringback) (\w+)", line)}

    assert {"worker", "migrate", "check"} == called
    assert called <= set(COMMANDS)


def test_formation_names_processes() -> None:
    """Heroku starts processes that the Procfile has."""
    assert set(json.loads(text("app.json"))["formation"]) <= set(procfile())


def test_connections_fit_into_the_smallest_postgres() -> None:
    """A dyno leaves some of the 20 connections of Heroku's smallest Postgres to commands."""
    processes = int(json.loads(text("app.json"))["env"]["WEB_CONCURRENCY"]["value"])

    assert processes * POOL_SIZE <= 16


def test_stopping_is_waited_for() -> None:
    """Whoever stops Ringback waits longer than it takes to answer what it has read."""
    graceful = int(re.search(r"^graceful_timeout = (\d+)", text("config/gunicorn.conf.py"), re.M)[1])  # type: ignore[index]
    pod = kubernetes()[0]["spec"]["template"]["spec"]
    before = int(pod["containers"][0]["lifecycle"]["preStop"]["exec"]["command"][1])

    assert graceful < 30  # Heroku's patience
    assert graceful < int(compose()["services"]["web"]["stop_grace_period"].removesuffix("s"))
    assert graceful < int(unit("ringback.service")["TimeoutStopSec"])
    assert graceful + before < pod["terminationGracePeriodSeconds"]


def test_secrets_stay_out_of_the_repository() -> None:
    """The file in which compose wants the secrets is not committed by accident."""
    (name,) = {service.get("env_file") for service in compose()["services"].values()} - {None}

    assert name in text(".gitignore").splitlines()
