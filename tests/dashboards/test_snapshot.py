import threading
from collections.abc import Mapping

from dashboards.board import Board
from dashboards.rules import Loose
from dashboards.snapshot import Shelf, SnapshotCache, Stamp


def board() -> Board:
    return Board((), (), (), Loose(), None, None)


class Source:
    """A database whose stamp a test moves by hand."""

    def __init__(self) -> None:
        self.stamp = 1
        self.looks = 0
        self.loads = 0
        self.gate: threading.Event | None = None

    def look(self, known: Stamp | None) -> tuple[Mapping[str, object], Board | None]:
        self.looks += 1
        now: dict[str, object] = {"states": self.stamp}
        if now == known:
            return now, None
        if self.gate is not None:
            self.gate.wait(5)
        self.loads += 1
        return now, board()


def test_the_board_is_loaded_once_while_nothing_changes() -> None:
    cache, source = SnapshotCache(), Source()
    boards = {id(cache.get(source.look, fresh=True)) for _ in range(5)}
    assert (len(boards), source.loads, source.looks) == (1, 1, 5)


def test_many_readers_at_one_moment_share_one_look() -> None:
    cache, source = SnapshotCache(), Source()
    for _ in range(50):
        cache.get(source.look)
    assert source.looks == 1


def test_after_expire_the_next_reader_sees_the_change() -> None:
    cache, source = SnapshotCache(), Source()
    first = cache.get(source.look)
    source.stamp = 2
    assert cache.get(source.look) is first
    cache.expire()
    assert cache.get(source.look) is not first


def test_a_fresh_reader_always_sees_the_change() -> None:
    cache, source = SnapshotCache(), Source()
    first = cache.get(source.look)
    source.stamp = 2
    assert cache.get(source.look, fresh=True) is not first


def test_readers_who_come_at_once_cause_one_load() -> None:
    cache, source = SnapshotCache(), Source()
    source.gate = threading.Event()
    got: list[Board] = []
    readers = [
        threading.Thread(target=lambda: got.append(cache.get(source.look))) for _ in range(8)
    ]
    for reader in readers:
        reader.start()
    source.gate.set()
    for reader in readers:
        reader.join(5)
    assert len(got) == 8
    assert source.loads == 1


def test_while_one_loads_the_others_get_the_last_board_without_waiting() -> None:
    cache, source = SnapshotCache(), Source()
    first = cache.get(source.look)
    source.stamp, source.gate = 2, threading.Event()
    loading = threading.Thread(target=lambda: cache.get(source.look, fresh=True))
    loading.start()
    assert cache.get(source.look) is first
    source.gate.set()
    loading.join(5)
    assert cache.get(source.look) is not first


def test_a_part_is_read_again_only_when_its_own_stamp_moved() -> None:
    shelf, reads = Shelf(), iter(range(10))
    first = [shelf.get("tickets", 1, lambda: next(reads)) for _ in range(3)]
    assert first == [0, 0, 0]
    assert shelf.get("states", 1, lambda: next(reads)) == 1
    assert shelf.get("tickets", 2, lambda: next(reads)) == 2
    assert shelf.get("states", 1, lambda: next(reads)) == 1
