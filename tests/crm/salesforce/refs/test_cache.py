"""What is remembered, for how long, and that many who ask at once are one question."""

import threading
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from app.crm.salesforce.refs.cache import Cache
from app.domain.errors import CrmError
from app.domain.reasons import Reason
from app.waiting import Deadline

AWAY = CrmError(Reason.CRM_UNAVAILABLE, "away")


class Org:
    """Answers each key with itself, counts what it is asked, and takes its time."""

    def __init__(self, seconds: float = 0.0, answer: CrmError | None = None) -> None:
        self.asked: list[str] = []
        self._seconds = seconds
        self._answer = answer

    def look_up(self, keys: list[str]) -> Mapping[str, str | CrmError]:
        self.asked += keys
        time.sleep(self._seconds)
        return {key: self._answer or key for key in keys}


def cache(size: int = 10, seconds: float = 60.0) -> Cache[str, str]:
    return Cache(size, lambda _key, _value: seconds)


def ask(kept: Cache[str, str], org: Org, *keys: str, seconds: float = 5.0) -> Mapping[str, str | CrmError]:
    return kept.get_all(keys, org.look_up, Deadline(seconds))


def test_asks_only_for_what_is_new() -> None:
    """What was asked for before is not asked for again, alone or among others."""
    kept, org = cache(), Org()
    ask(kept, org, "a", "b")

    assert {"a": "a", "b": "b", "c": "c"} == ask(kept, org, "a", "b", "c")
    assert ["a", "b", "c"] == sorted(org.asked)


def test_forgets_after_its_time() -> None:
    """An answer is good for its seconds and no longer."""
    kept, org = cache(seconds=0.05), Org()
    ask(kept, org, "a")
    time.sleep(0.06)
    ask(kept, org, "a")

    assert ["a", "a"] == org.asked


def test_what_is_good_for_no_time_takes_no_room() -> None:
    """It is asked for each time, and what is remembered stays."""
    org = Org()
    kept = Cache[str, str](1, lambda key, _value: 60.0 if key == "lasts" else 0.0)
    for key in ("lasts", "changes", "changes", "lasts"):
        ask(kept, org, key)

    assert ["lasts", "changes", "changes"] == org.asked


def test_is_bounded() -> None:
    """Of more than it has room for, what was not asked for longest goes first."""
    kept, org = cache(size=2), Org()
    for key in ("a", "b", "a", "c"):
        ask(kept, org, key)
    ask(kept, org, "a", "c")

    assert ["a", "b", "c"] == org.asked
    ask(kept, org, "b")
    assert ["a", "b", "c", "b"] == org.asked


def test_many_at_once_are_one_question() -> None:
    """Thirty-two threads that want the same new answer get it from one look-up."""
    kept, org = cache(), Org(seconds=0.1)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda _: ask(kept, org, "a"), range(32)))

    assert [{"a": "a"}] * 32 == answers
    assert ["a"] == org.asked


def test_two_that_wait_for_each_other() -> None:
    """Threads whose new answers overlap crosswise both come to an end."""
    kept, org = cache(), Org(seconds=0.05)
    wishes = [("a", "b"), ("b", "c"), ("c", "a")] * 5
    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(lambda keys: ask(kept, org, *keys), wishes))

    assert [{key: key for key in keys} for keys in wishes] == answers
    assert ["a", "b", "c"] == sorted(org.asked)


def test_errors_reach_all_and_are_not_kept() -> None:
    """Who waited learns of the trouble too; the next one asks again."""
    kept, away, back = cache(), Org(seconds=0.1, answer=AWAY), Org()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ask(kept, away, "a"), range(4)))

    assert [{"a": AWAY}] * 4 == answers
    assert ["a"] == away.asked
    assert {"a": "a"} == ask(kept, back, "a")


def test_waits_no_longer_than_its_deadline() -> None:
    """Who waits for another's slow look-up ends at their own deadline, and what comes later is kept."""
    kept, org, started = cache(), Org(seconds=0.5), threading.Event()

    def slowly(keys: list[str]) -> Mapping[str, str | CrmError]:
        started.set()
        return org.look_up(keys)

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.get_all, ["a"], slowly, Deadline(5))
        started.wait()
        (error,) = ask(kept, org, "a", seconds=0.05).values()
        first.result()

    assert isinstance(error, CrmError)
    assert Reason.CRM_TIMEOUT is error.reason
    assert {"a": "a"} == ask(kept, org, "a")
    assert ["a"] == org.asked


def test_a_look_up_that_breaks_leaves_nobody_waiting() -> None:
    """A bug in one look-up ends the wait of the others at once, and the answer can be had again."""
    kept, started = cache(), threading.Event()

    def broken(_: list[str]) -> Mapping[str, str | CrmError]:
        started.set()
        time.sleep(0.1)
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(kept.get_all, ["a"], broken, Deadline(5))
        started.wait()
        (error,) = ask(kept, Org(), "a", seconds=5).values()
        with pytest.raises(ZeroDivisionError):
            first.result()

    assert isinstance(error, CrmError)
    assert {"a": "a"} == ask(kept, Org(), "a")


@pytest.mark.parametrize(("older_than", "dropped"), [(0.0, True), (60.0, False)])
def test_forgets_what_is_wrong_if_it_is_old(older_than: float, dropped: bool) -> None:
    """An answer that turned out to be wrong is dropped, unless it is so new that it would come out the same."""
    kept, org = cache(), Org()
    ask(kept, org, "a")

    assert dropped is kept.forget(["a", "b"], older_than)
    ask(kept, org, "a")
    assert 1 + dropped == len(org.asked)


def test_in_the_order_of_the_keys() -> None:
    """Who comes first is asked for first: what a look that fails halfway has not asked are the latest."""
    asked: list[int] = []

    def look_up(new: list[int]) -> dict[int, str | CrmError]:
        asked.extend(new)
        return dict.fromkeys(new, "found")

    cache = Cache[int, str](100, lambda _key, _value: 60.0)
    cache.get_all([64, 8, 32], look_up, Deadline(10))
    cache.get_all([128, 64, 16, 1], look_up, Deadline(10))

    assert [64, 8, 32, 128, 16, 1] == asked
