"""What people read. It holds no personal data."""

from dataclasses import dataclass

from app.ledger.incidents import Incident


@dataclass(frozen=True)
class Message:
    """`title` is a line, `text` says what happened, who acts, and how."""

    title: str
    text: str


def begun(where: str, one: Incident) -> Message:
    """There is an incident, or there is more of it. Its text is a title, and below it what to do."""
    title, _, text = one.text.partition("\n")
    return Message(f"{where}: {title}", text)


def over(where: str, one: Incident, now: float) -> Message:
    """The all-clear."""
    title = one.text.partition("\n")[0]
    return Message(f"{where}: over: {title}", f"It had begun {_long(now - one.began_at)} ago.")


def trial(where: str) -> Message:
    """What `ringback alert --test` sends."""
    return Message(f"{where}: this is a test", "Alerts reach you. Nothing is wrong, and nobody has to act.")


def _long(seconds: float) -> str:
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    hours, rest = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24} days"
    return f"{hours} h {rest} min" if hours else f"{rest} min"
