"""kill -9 loses nothing, and two delivery processes tell nothing twice."""

from pathlib import Path

from core.db import Database
from tests.alerts.routing.killing import (
    arrived,
    crew,
    kill_again_and_again,
    raise_each,
    wait_until,
)
from tests.alerts.support import Answer, answering


def test_a_delivery_that_is_killed_again_and_again_loses_nothing(
    database: Database, tmp_path: Path
) -> None:
    with answering(Answer()) as provider:
        times = kill_again_and_again(
            database, tmp_path, provider, alerts=120, kills=2, seed=database.dialect == "sqlite"
        )
    assert len(times) == 120


def test_of_two_deliveries_each_tells_its_share_once_and_one_takes_over_when_the_other_dies(
    database: Database, tmp_path: Path
) -> None:
    with answering(Answer()) as provider, crew(database.url, tmp_path, provider, 2) as found:
        raise_each(database, range(100), provider)
        wait_until(lambda: len(arrived(provider)) == 100, found.log)
        assert set(arrived(provider).values()) == {1}
        found.kill_one()
        raise_each(database, range(100, 200), provider)
        assert wait_until(lambda: len(arrived(provider)) == 200, found.log) < 30
