"""No line fails who logs it, whatever it is to say; as much of it is said as can be."""

import json
import logging
import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import structlog

from app.observability import configure_logging
from app.observability.tracebacks import place_of


class Silent:
    """Has no words at all."""

    def __str__(self) -> str:
        raise RuntimeError("no words")

    __repr__ = __str__


class SilentError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


class Endless(dict[str, Any]):
    """Says of itself that it has itself inside."""

    def items(self) -> Any:
        return [("self", self)]


def circle() -> list[Any]:
    made: list[Any] = []
    made.append(made)
    return made


def deep(levels: int) -> list[Any]:
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


def causes_in_a_circle() -> Exception:
    first, second = ValueError("one"), ValueError("two")
    first.__cause__, second.__cause__ = second, first
    return first


ODD: dict[str, Any] = {
    "no words": Silent(),
    "no words inside": {"a": [Silent()]},
    "no words for a key": {Silent(): 1},
    "half a letter": "\ud800",
    "half a letter as a key": {"\udfff": "\udfff"},
    "long number": 10**5000,
    "circle": circle(),
    "endless": Endless(),
    "deep": deep(10_000),
    "bytes": b"\xff\x00",
    "not a number": float("nan"),
    "infinite": float("inf"),
    "decimal": Decimal("sNaN"),
    "set": {1, "a", None},
    "lock": threading.Lock(),
    "type": Silent,
    "long": "9" * 100_000,
    "control": "\x00\x1b[2J\r\n",
}
ERRORS: dict[str, Any] = {
    "no words": SilentError(),
    "circle": causes_in_a_circle(),
    "group": ExceptionGroup("many", [SilentError(), causes_in_a_circle()]),
    "no error": "nothing of the kind",
    "number": 1,
    "true without one": True,
    "tuple": (1, 2, 3),
}


def lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.parametrize("log_format", ["json", "pretty"])
@pytest.mark.parametrize("name", ODD)
def test_odd_values(name: str, log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The line is there, with what else it says."""
    configure_logging(log_format)
    # Others' code may give its logger a name.
    structlog.get_logger(__name__).info("request", odd=ODD[name], http=200)
    said = capsys.readouterr().out

    assert "request" in said
    assert "200" in said
    if log_format == "json":
        assert ["request"] == [line["event"] for line in lines(said)]


@pytest.mark.parametrize("key", ["ms", "event_id", "case_id", "pid"])
@pytest.mark.parametrize("name", ODD)
def test_odd_values_of_what_is_not_masked(key: str, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Then the line is there at least, with the request's id."""
    configure_logging("json")
    with structlog.contextvars.bound_contextvars(request_id="jtel-4711"):
        structlog.get_logger().warning("request", **{key: ODD[name]})
    (line,) = lines(capsys.readouterr().out)

    assert ("request", "warning", "jtel-4711") == (line["event"], line["level"], line["request_id"])


@pytest.mark.parametrize("log_format", ["json", "pretty"])
@pytest.mark.parametrize("name", ERRORS)
def test_odd_errors(name: str, log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    """An error is told by its type and place, though it has no words or its causes no end."""
    configure_logging(log_format)
    structlog.get_logger().error("internal_error", exc_info=ERRORS[name])
    said = capsys.readouterr().out

    assert "internal_error" in said
    if isinstance(ERRORS[name], Exception):
        assert type(ERRORS[name]).__name__ in said


def test_odd_event(capsys: pytest.CaptureFixture[str]) -> None:
    """A line without a name of its own is one, too."""
    configure_logging("json")
    structlog.get_logger().info(Silent())

    assert 1 == len(lines(capsys.readouterr().out))


@pytest.mark.parametrize(
    "say",
    [
        lambda log: log.error(Silent()),
        lambda log: log.error("%s", Silent()),
        lambda log: log.error("%d", "no number"),
        lambda log: log.error("%s %s", "too few"),
        lambda log: log.error("%(name)s", {"other": 1}),
        lambda log: log.error("half \ud800"),
        lambda log: log.error("x", exc_info=SilentError()),
        lambda log: log.error("x", exc_info=causes_in_a_circle()),
        lambda log: log.error("x", stack_info=True),
        lambda log: log.error("%s", circle()),
        lambda log: log.error("x", extra={"odd": Silent()}),
    ],
)
def test_libraries(
    say: Callable[[logging.Logger], None], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What libraries say fails nobody either, and leaves a line."""
    # pytest's own fail the test for what Ringback's must bear.
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    configure_logging("json")
    say(logging.getLogger("some.library"))
    captured = capsys.readouterr()

    assert ["some.library"] == [line["logger"] for line in lines(captured.out)]
    assert "" == captured.err


def test_place_of_an_error_that_nobody_raised() -> None:
    """As a mapper may give one for a cause: it has no place, and that fails nobody."""
    assert place_of(ValueError("never raised")) is None
