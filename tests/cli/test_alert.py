"""`ringback alert`, as an operator calls it."""

from app.domain.entry import State
from tests.support.desk import Desk
from tests.support.process import free_port
from tests.support.receivers import HttpReceiver, MailReceiver

MAIL_TO = "operators@acme.de"


def test_test(desk: Desk) -> None:
    """Every channel gets a test, and each line says whether it was sent."""
    with HttpReceiver() as receiver, MailReceiver() as mail:
        done = desk.run(
            "alert",
            "--test",
            RINGBACK_ALERT_WEBHOOK=receiver.url,
            RINGBACK_ALERT_SMTP=f"smtp://127.0.0.1:{mail.port}",
            RINGBACK_ALERT_MAIL_TO=MAIL_TO,
            RINGBACK_ALERT_PING=receiver.url,
        )

    assert (0, "webhook  sent\nmail     sent\nping     sent\n") == (done.returncode, done.stdout), done.stderr
    assert (1, 1, 1) == (len(receiver.posts), len(mail.mails), receiver.pings)
    assert "Ringback (sandbox): this is a test" == mail.mails[0]["Subject"]


def test_test_that_does_not_arrive(desk: Desk) -> None:
    """One that cannot be reached does not keep the others from being tried, and the secret address is not told."""
    with HttpReceiver() as receiver:
        gone = f"http://127.0.0.1:{free_port()}/a-secret"
        done = desk.run("alert", "--test", RINGBACK_ALERT_WEBHOOK=gone, RINGBACK_ALERT_PING=receiver.url)

    assert 1 == done.returncode
    assert "webhook  not sent: the webhook cannot be reached" in done.stdout
    assert "ping     sent" in done.stdout
    assert "a-secret" not in done.stdout + done.stderr


def test_nobody_to_tell(desk: Desk) -> None:
    """Without a channel it says how to set one."""
    done = desk.run("alert", "--test")

    assert 2 == done.returncode
    assert "RINGBACK_ALERT_WEBHOOK" in done.stderr


def test_wrong_settings(desk: Desk) -> None:
    """An address that is none, and mail without a server, are told before anything is sent."""
    done = desk.run("alert", "--test", RINGBACK_ALERT_WEBHOOK="hooks.slack.com/x", RINGBACK_ALERT_MAIL_TO=MAIL_TO)

    assert 2 == done.returncode
    assert "RINGBACK_ALERT_WEBHOOK: wanted is an address that begins with http:// or https://" in done.stderr
    assert "RINGBACK_ALERT_SMTP" in done.stderr


def test_what_is_wrong(desk: Desk) -> None:
    """It tells what people would be told now; the exit status says whether there is anything."""
    desk.add(State.FAILED, reason="validation_rule")
    done = desk.run("alert")

    assert 1 == done.returncode
    assert "callbacks have failed" in done.stdout
    assert "no engine runs" in done.stdout
