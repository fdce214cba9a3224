import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy.exc import OperationalError

from dashboards.live import Broadcaster, Subscription, TooManyStreams


class Source:
    """A stamp, and the sessions that are valid, both moved by hand."""

    def __init__(self) -> None:
        self.stamp: dict[str, object] = {"states": 1, "tickets": 1}
        self.ended: set[str] = set()
        self.expired = 0
        self.broken = False

    def read(self) -> dict[str, object]:
        if self.broken:
            raise OperationalError("select", {}, Exception("the database is away"))
        return dict(self.stamp)

    def valid(self, holders: Collection[str]) -> set[str]:
        return set(holders) - self.ended

    def expire(self) -> None:
        self.expired += 1


@contextmanager
def broadcasting(source: Source, limit: int = 4) -> Iterator[Broadcaster]:
    live = Broadcaster(source.read, source.valid, source.expire, limit, every=0.01)
    try:
        yield live
    finally:
        live.close()


def settled(live: Broadcaster, holder: str = "anna") -> Subscription:
    """A stream that has heard all there was when it came."""
    stream = live.subscribe(holder)
    stream.wait(0.2)
    while stream.wait(0.05):
        continue
    return stream


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not true():
        assert time.monotonic() < end, "it did not happen within 5 seconds"
        time.sleep(0.01)


def test_a_change_is_told_to_every_stream_by_topic() -> None:
    source = Source()
    with broadcasting(source) as live:
        streams = [settled(live), settled(live, "ben")]
        source.stamp["tickets"] = 2
        assert [stream.wait(5) for stream in streams] == [frozenset({"tickets"})] * 2


def test_readers_of_the_cache_look_anew_before_anybody_is_told() -> None:
    source = Source()
    with broadcasting(source) as live:
        stream = settled(live)
        before = source.expired
        source.stamp["states"] = 2
        stream.wait(5)
        assert source.expired == before + 1


def test_without_a_change_nothing_is_told() -> None:
    source = Source()
    with broadcasting(source) as live:
        assert settled(live).wait(0.1) == frozenset()


def test_many_changes_before_a_look_are_told_once() -> None:
    stream = Subscription("anna")
    for _ in range(1000):
        stream.tell(["states"])
    assert stream.wait(0) == frozenset({"states"})
    assert stream.wait(0) == frozenset()


def test_a_page_that_was_on_its_way_during_a_change_is_told() -> None:
    source = Source()
    with broadcasting(source) as live:
        first = settled(live)
        source.stamp["states"] = 2
        first.wait(5)
        assert "states" in live.subscribe("ben").wait(5)


def test_the_stream_after_the_last_free_one_is_refused_until_one_leaves() -> None:
    with broadcasting(Source(), limit=2) as live:
        first = live.subscribe("anna")
        live.subscribe("ben")
        with pytest.raises(TooManyStreams):
            live.subscribe("cleo")
        live.leave(first)
        assert live.subscribe("cleo") is not first


def test_a_stream_ends_when_its_session_has_ended() -> None:
    source = Source()
    with broadcasting(source) as live:
        gone, stays = settled(live, "anna"), settled(live, "ben")
        source.ended.add("anna")
        until(lambda: gone.ended)
        assert not stays.ended


def test_closing_wakes_and_ends_every_stream_and_refuses_new_ones() -> None:
    with broadcasting(Source()) as live:
        stream = settled(live)
        woken = threading.Event()

        def wait() -> None:
            stream.wait(30)
            woken.set()

        waiting = threading.Thread(target=wait)
        waiting.start()
        live.close()
        assert woken.wait(5)
        waiting.join(5)
        assert stream.ended
        with pytest.raises(TooManyStreams):
            live.subscribe("ben")


def test_a_database_that_is_away_for_a_moment_does_not_end_the_streams() -> None:
    source = Source()
    with broadcasting(source) as live:
        stream = settled(live)
        source.broken = True
        time.sleep(0.05)
        source.broken = False
        source.stamp["states"] = 2
        assert stream.wait(5) == frozenset({"states"})
