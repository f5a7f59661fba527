"""Whoever guesses is slowed down before a password is looked at, in the whole fleet, and keeps nobody out for long."""

import re
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from app.console.access import passwords
from app.console.access.throttle import BUCKETS, OF_NAME, OF_NETWORK
from app.ledger.database import Database
from app.ledger.sign_in_tries import Allowance, SignInTries
from app.ledger.tables import sign_in_tries
from tests.support.console_app import console_app
from tests.support.console_users import OPERATOR, VIEWER

FEW = Allowance(3, 100.0)


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    """Two services with one ledger."""
    database = f"sqlite:///{tmp_path_factory.mktemp('fleet') / 'ledger.db'}"
    with console_app(database, RINGBACK_PROXIES="1") as one, console_app(database, RINGBACK_PROXIES="1") as other:
        yield one, other


@pytest.fixture
def services(fleet: tuple[Flask, Flask]) -> tuple[Flask, Flask]:
    """The same, in which nobody has tried yet."""
    database: Database = fleet[0].extensions["ringback"].database
    database.write(lambda connection: connection.execute(delete(sign_in_tries)))
    return fleet


def attempt(client: FlaskClient, name: str, password: str, address: str = "192.0.2.1") -> TestResponse:
    """Tries to sign in, from this address."""
    headers = {"X-Forwarded-For": address}
    page = client.get("/console/sign-in", headers=headers).text
    found = re.search(r'name="csrf_token" value="(\w+)"', page)
    form = {"csrf_token": found[1] if found else "", "name": name, "password": password}
    return client.post("/console/sign-in", data=form, headers=headers)


@pytest.mark.parametrize("name", [OPERATOR[0], "nobody"])
def test_a_network_is_slowed_down_in_the_whole_fleet(services: tuple[Flask, Flask], name: str) -> None:
    """Alike for a name that nobody has, with how long to wait; and then the right password is not looked at either."""
    addresses = [f"192.0.2.{one}" for one in range(OF_NETWORK.tries)]
    answers = [
        attempt(services[place % 2].test_client(), name, "wrong", address) for place, address in enumerate(addresses)
    ]
    late = attempt(services[1].test_client(), *OPERATOR)

    assert {403} == {answer.status_code for answer in answers}
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= OF_NETWORK.seconds
    assert "too many tries" in late.text
    assert attempt(services[0].test_client(), *OPERATOR, "198.51.100.1").status_code == 303


def test_a_name_is_slowed_down_from_everywhere(services: tuple[Flask, Flask]) -> None:
    """However many networks somebody guesses from."""
    codes = [
        attempt(services[0].test_client(), OPERATOR[0], "wrong", f"10.0.{place}.1").status_code
        for place in range(OF_NAME.tries + 2)
    ]
    other = attempt(services[0].test_client(), *VIEWER, "10.1.0.1")

    assert codes[: OF_NAME.tries] == [403] * OF_NAME.tries
    assert codes[-1] == 429
    assert other.status_code == 303


def test_a_browser_that_is_known_gets_in_all_the_same(services: tuple[Flask, Flask]) -> None:
    """Whoever guesses the name of an operator does not lock them out."""
    known = services[0].test_client()
    assert attempt(known, *OPERATOR).status_code == 303
    for place in range(OF_NAME.tries + 5):
        attempt(services[0].test_client(), OPERATOR[0], "wrong", f"10.0.{place}.1")
    for _ in range(OF_NETWORK.tries + 2):
        attempt(services[0].test_client(), VIEWER[0], "wrong")

    assert attempt(services[0].test_client(), *OPERATOR, "198.51.100.1").status_code == 429
    assert attempt(known, *OPERATOR).status_code == 303


def test_a_known_browser_is_slowed_down_as_well(services: tuple[Flask, Flask]) -> None:
    """It is no way to guess without end, and none to guess for another name."""
    known = services[0].test_client()
    attempt(known, *OPERATOR)
    codes = [attempt(known, OPERATOR[0], "wrong").status_code for _ in range(12)]

    assert codes[-1] == 429
    for place in range(OF_NETWORK.tries):
        attempt(services[0].test_client(), VIEWER[0], "wrong", f"192.0.2.{place}")
    assert attempt(known, *VIEWER).status_code == 429


def test_the_right_password_costs_nothing(services: tuple[Flask, Flask]) -> None:
    """Who signs in often is not slowed down."""
    codes = {attempt(services[0].test_client(), *OPERATOR).status_code for _ in range(OF_NETWORK.tries + 5)}

    assert codes == {303}


def test_rows_have_an_end(services: tuple[Flask, Flask]) -> None:
    """Whatever strangers call themselves, they fill no disk, and what is over is removed."""
    database: Database = services[0].extensions["ringback"].database
    client = services[0].test_client()
    for place in range(4):
        attempt(client, f"name-{place}", "wrong", f"10.{place}.0.1")
    with database.read() as connection:
        keys = connection.execute(select(sign_in_tries.c.key)).scalars().all()

    assert all(re.fullmatch(r"all|(name|network):\d{1,4}", key) for key in keys)
    assert {int(key.partition(":")[2] or 0) < BUCKETS for key in keys} == {True}


def test_one_hash_is_made_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes 32 MB: strangers cannot fill the memory with them."""
    inside, most, lock = 0, 0, threading.Lock()

    def check(_hash: str, _password: str) -> bool:
        nonlocal inside, most
        with lock:
            inside += 1
            most = max(most, inside)
        threading.Event().wait(0.01)
        with lock:
            inside -= 1
        return False

    monkeypatch.setattr("werkzeug.security.check_password_hash", check)
    threads = [threading.Thread(target=passwords.is_right, args=(None, "x")) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert most == 1


def test_tries_are_counted(each_ledger: str) -> None:
    """As many as there are, then none; one that is refused takes nothing of the others; one given back is there."""
    database = Database(each_ledger)
    tries = SignInTries(database)
    both = [("name:1", FEW), ("network:1", Allowance(5, 100.0))]

    assert [tries.take(both) for _ in range(3)] == [0, 0, 0]
    assert 0 < tries.take(both) <= FEW.seconds
    assert [tries.take([both[1]]) for _ in range(2)] == [0, 0]
    tries.give_back(both)
    assert tries.take(both) == 0
    assert tries.take(both) > 0
    database.close()


def test_they_are_counted_once_each(each_ledger: str) -> None:
    """However many ask at the same time."""
    database = Database(each_ledger)
    tries, taken = SignInTries(database), []
    threads = [
        threading.Thread(target=lambda: taken.append(tries.take([("name:1", FEW), ("all", Allowance(99, 100.0))])))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert taken.count(0) == FEW.tries
    database.close()


def test_what_is_over_is_forgotten(each_ledger: str) -> None:
    database = Database(each_ledger)
    tries = SignInTries(database)
    tries.take([("name:1", Allowance(3, 0.0)), ("name:2", FEW)])
    tries.forget_old()
    with database.read() as connection:
        assert connection.execute(select(func.count()).select_from(sign_in_tries)).scalar_one() == 1
    database.close()
