"""The demo's wishes and progress: what may be chosen, and when a day goes on or begins anew."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.errors import ConfigError
from drills.stage.progress import Progress, read_progress, save_progress
from drills.stage.scenery import set_the_stage
from drills.stage.wishes import ZONE, Wishes, read_wishes


def progress(wishes: Wishes, reached: datetime) -> Progress:
    return Progress(wishes.district, wishes.seed, wishes.start.isoformat(), reached.isoformat())


def test_without_wishes_it_is_half_past_six_on_opening_day() -> None:
    wishes = read_wishes({})
    assert wishes.start == datetime(2015, 1, 12, 6, 30, tzinfo=ZONE)
    assert (wishes.district, wishes.seed, wishes.speed, wishes.fresh) == ("small", 1, 60.0, False)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("09:50", datetime(2015, 1, 12, 9, 50, tzinfo=ZONE)),
        ("2015-01-13T07:00", datetime(2015, 1, 13, 7, 0, tzinfo=ZONE)),
        ("2015-01-12T18:00:00+00:00", datetime(2015, 1, 12, 10, 0, tzinfo=ZONE)),
    ],
)
def test_start_is_a_time_of_the_day_or_a_moment(text: str, start: datetime) -> None:
    assert read_wishes({"START": text}).start == start


def test_every_wrong_wish_is_named_at_once() -> None:
    wrong = {"DISTRICT": "huge", "SEED": "x", "START": "noon", "SPEED": "0"}
    with pytest.raises(ConfigError) as caught:
        read_wishes(wrong)
    assert [problem.path for problem in caught.value.problems] == list(wrong)


def test_a_day_that_is_not_over_goes_on_for_the_same_wishes() -> None:
    wishes = read_wishes({})
    assert progress(wishes, wishes.start + timedelta(hours=4)).goes_on_for(wishes)


@pytest.mark.parametrize("other", [{"START": "09:00"}, {"SEED": "2"}, {"FRESH": "1"}])
def test_other_wishes_begin_a_new_day(other: dict[str, str]) -> None:
    wishes = read_wishes({})
    assert not progress(wishes, wishes.start).goes_on_for(read_wishes(other))


def test_a_day_that_is_over_begins_anew() -> None:
    wishes = read_wishes({})
    assert not progress(wishes, wishes.start.replace(hour=17)).goes_on_for(wishes)


def test_progress_survives_being_saved(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    assert read_progress(path) is None
    saved = progress(read_wishes({}), datetime(2015, 1, 12, 9, 0, tzinfo=ZONE))
    save_progress(path, saved)
    assert read_progress(path) == saved


def test_a_file_that_is_no_progress_counts_as_none(tmp_path: Path) -> None:
    path = tmp_path / "demo.json"
    path.write_text('{"district": ', encoding="utf-8")
    assert read_progress(path) is None


def test_a_new_day_keeps_the_last_ones_database(tmp_path: Path) -> None:
    prepared, live = tmp_path / "prepared.sqlite", tmp_path / "bellwether.sqlite"
    prepared.write_text("prepared", encoding="utf-8")
    assert set_the_stage(prepared, live) is None
    live.write_text("lived", encoding="utf-8")
    Path(f"{live}-wal").write_text("wal", encoding="utf-8")
    previous = set_the_stage(prepared, live)
    assert previous is not None
    assert previous.read_text(encoding="utf-8") == "lived"
    assert Path(f"{previous}-wal").read_text(encoding="utf-8") == "wal"
    assert live.read_text(encoding="utf-8") == "prepared"
    assert not Path(f"{live}-wal").exists()
