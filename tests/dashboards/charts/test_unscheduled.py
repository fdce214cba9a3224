from datetime import UTC, datetime, timedelta
from importlib import import_module
from zoneinfo import ZoneInfo

from dashboards.charts.unscheduled import Frame, Point, by_half_hour, figure

ZONE = ZoneInfo("America/Los_Angeles")
TEN = datetime(2015, 1, 12, 18, 0, tzinfo=UTC)
DISTRICT = Frame(ZONE, TEN)
SCHOOL = Frame(ZONE, TEN, limit=10)


def points(*pairs: tuple[int, int]) -> list[Point]:
    """(minutes after ten, count)."""
    return [Point(TEN + timedelta(minutes=minutes), count) for minutes, count in pairs]


def without_variables(value: object) -> object:
    """As the browser does, with some colour."""
    if isinstance(value, str):
        return "#123456" if value.startswith("--") else value
    if isinstance(value, list):
        return [without_variables(item) for item in value]
    if isinstance(value, dict):
        return {key: without_variables(item) for key, item in value.items()}
    return value


def test_plotly_itself_accepts_the_figure() -> None:
    check = import_module("plotly.graph_objects").Figure
    for frame in (DISTRICT, SCHOOL, Frame(ZONE)):
        for rows in ([], points((-60, 1600)), points((-60, 1600), (5, 900))):
            assert len(check(without_variables(figure(rows, frame))).data) == 2


def test_times_are_local_and_in_order() -> None:
    line = figure(points((-60, 1600), (5, 900)), DISTRICT)["data"][0]
    assert line["x"] == ["2015-01-12T09:00:00", "2015-01-12T10:05:00"]
    assert line["y"] == [1600, 900]


def test_the_end_of_the_line_carries_its_count() -> None:
    end = figure(points((-60, 1600), (5, 1234)), DISTRICT)["data"][1]
    assert (end["text"], end["y"]) == (["1,234"], [1234])


def test_ten_o_clock_is_marked() -> None:
    layout = figure(points((5, 9)), DISTRICT)["layout"]
    (line,) = layout["shapes"]
    assert line["x0"] == line["x1"] == "2015-01-12T10:00:00"
    assert layout["annotations"][0]["text"] == "10:00: the limit applies"


def test_a_school_shows_its_limit_and_leaves_room_above_it() -> None:
    layout = figure(points((5, 2)), SCHOOL)["layout"]
    assert [shape.get("y1") for shape in layout["shapes"]] == [1, 10]
    assert layout["yaxis"]["range"][1] > 10


def test_the_axis_stands_still_while_the_day_goes_on() -> None:
    early = figure(points((-120, 1600)), DISTRICT)["layout"]["xaxis"]["range"]
    later = figure(points((-120, 1600), (60, 400)), DISTRICT)["layout"]["xaxis"]["range"]
    assert early == later == ["2015-01-12T06:00:00", "2015-01-12T15:00:00"]


def test_a_late_evening_still_fits() -> None:
    (_, end) = figure(points((-120, 9), (600, 4)), DISTRICT)["layout"]["xaxis"]["range"]
    assert end == "2015-01-12T20:20:00"


def test_the_table_holds_the_last_count_of_each_half_hour_newest_first() -> None:
    rows = points((-60, 30), (-45, 25), (-31, 20), (-30, 19), (0, 12), (7, 11))
    assert by_half_hour(rows, DISTRICT) == [("10:07", 11), ("09:30", 19), ("09:29", 20)]


def test_before_the_first_measurement_there_is_an_empty_day() -> None:
    made = figure([], DISTRICT)
    assert made["data"][0]["x"] == []
    assert made["layout"]["xaxis"]["range"][0] == "2015-01-12T06:00:00"
    assert by_half_hour([], DISTRICT) == []
