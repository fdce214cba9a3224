from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.clock import DrillClock, FrozenClock
from core.db import Database
from core.web import formats
from tests.core.web_site import make_site

TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("span", "text"),
    [
        (timedelta(seconds=-5), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(seconds=60), "1 min"),
        (timedelta(minutes=59, seconds=59), "59 min"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=3, minutes=5), "3 h 5 min"),
        (timedelta(hours=47, minutes=59), "47 h 59 min"),
        (timedelta(hours=48), "2 days"),
    ],
)
def test_a_duration_is_told_in_the_unit_that_matters(span: timedelta, text: str) -> None:
    assert formats.duration(span) == text


def test_times_are_shown_in_the_zone_of_the_site(database: Database, tmp_path: Path) -> None:
    site = make_site(database, tmp_path, FrozenClock(TEN))
    with site.app.test_request_context("/sign-in"):
        site.app.preprocess_request()
        assert ">10:00</time>" in formats.when(TEN)
        assert ">Sun 11 Jan 2015, 10:00</time>" in formats.when(TEN - timedelta(days=1))
        assert ">45 min ago</time>" in formats.ago(TEN - timedelta(minutes=45))
        assert formats.when(None) == formats.ago(None) == "–"
        assert formats.paragraphs("a\n<b>") == "a<br>&lt;b&gt;"


def test_a_drill_says_so_on_every_page(database: Database, tmp_path: Path) -> None:
    drill = DrillClock(start=TEN, anchor=datetime.now(UTC), speed=60)
    page = make_site(database, tmp_path, drill).browser().get("/sign-in").text
    assert "<strong>DRILL</strong>" in page
    assert 'data-speed="60"' in page
    real = make_site(database, tmp_path, FrozenClock(TEN)).browser().get("/sign-in").text
    assert "DRILL" not in real
    assert "Mon 12 Jan 2015, 10:00" in real
