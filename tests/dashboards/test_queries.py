from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import event

from core.auth.actor import Actor
from core.db import Database
from dashboards.queries import Watch, day_begins_at, limit_applies_at, load_board, read_stamp
from dashboards.rules import Standing
from dashboards.school import get_school_page
from tests.dashboards.district import MORNING, PROBE, ZONE, District

WATCH = Watch(PROBE, ZoneInfo(ZONE), 10, time(10))
READER = Actor("user", "user:1", "Sue", "superintendent", frozenset({"schools.read"}))


@contextmanager
def counting(database: Database) -> Iterator[list[str]]:
    """The statements that are executed inside the block."""
    seen: list[str] = []

    def note(*arguments: object) -> None:
        seen.append(str(arguments[2]))

    event.listen(database.reader, "before_cursor_execute", note)
    yield seen
    event.remove(database.reader, "before_cursor_execute", note)


def fill(database: Database, schools: int, first: int = 1) -> None:
    with database.write() as session:
        district = District(session, first=first)
        for _ in range(schools):
            school = district.school()
            district.calendar(school)
            district.bells(school)
            district.state(school, "firing", 12)
            district.tier(school, 2, "Because.")
            district.ticket(school)
        district.sample(MORNING - timedelta(minutes=first), 12 * schools, schools)


def test_a_board_says_everything_of_each_school_and_of_the_day(database: Database) -> None:
    with database.write() as session:
        district = District(session)
        calm = district.school("Alder Middle", esc="South", level="middle")
        worst = district.school("Birch High", esc="North", level="high", position=(34.2, -118.5))
        district.state(calm, "resolved", 2, enrolled=800)
        district.state(worst, "firing", 23, since=MORNING - timedelta(minutes=5))
        district.tier(worst, 1)
        district.ticket(worst, opened_at=MORNING - timedelta(minutes=9))
        district.ticket(worst, answered=True)
        district.ticket(None)
        district.sample(MORNING - timedelta(minutes=40), 31, 0)
        district.sample(MORNING, 25, 1)
    with database.read() as session:
        board = load_board(session, WATCH, MORNING)
    first, second = board.rows
    assert (first.id, first.standing, first.unscheduled) == (worst, Standing.FIRING, 23)
    assert (first.limit, first.enrolled, first.tier) == (10, 1204, 1)
    assert (first.esc, first.level, first.since) == (
        "ESC North",
        "high",
        MORNING - timedelta(minutes=5),
    )
    assert (first.open_tickets, first.unanswered_tickets) == (2, 1)
    assert first.oldest_unanswered_at == MORNING - timedelta(minutes=9)
    assert (second.id, second.standing, second.tier) == (calm, Standing.OK, None)
    assert [(moment.unscheduled, moment.firing) for moment in board.series] == [(31, 0), (25, 1)]
    assert board.loose.open == 1
    assert board.measured_at == MORNING
    assert board.tiles(MORNING).trend == 25 - 31


def test_a_school_that_was_never_measured_has_no_data(database: Database) -> None:
    with database.write() as session:
        District(session).school()
    with database.read() as session:
        (row,) = load_board(session, WATCH, MORNING).rows
    assert (row.standing, row.unscheduled, row.enrolled) == (Standing.UNKNOWN, None, None)


def test_the_number_of_statements_does_not_grow_with_the_district(database: Database) -> None:
    measured = []
    for first, schools in ((1, 2), (100, 40)):
        fill(database, schools, first)
        with counting(database) as seen, database.read() as session:
            found = len(load_board(session, WATCH, MORNING).rows)
        measured.append((found, len(seen)))
    assert [found for found, _ in measured] == [2, 42]
    assert measured[0][1] == measured[1][1] <= 8


def test_yesterday_is_not_part_of_the_day(database: Database) -> None:
    with database.write() as session:
        District(session).sample(MORNING - timedelta(hours=9), 99)
    with database.read() as session:
        assert load_board(session, WATCH, MORNING).series == ()


def test_the_day_begins_at_local_midnight_in_summer_and_winter() -> None:
    zone = ZoneInfo(ZONE)
    winter, summer = datetime(2015, 1, 12, 20, tzinfo=UTC), datetime(2015, 7, 1, 20, tzinfo=UTC)
    assert day_begins_at(zone, winter) == datetime(2015, 1, 12, 8, tzinfo=UTC)
    assert day_begins_at(zone, summer) == datetime(2015, 7, 1, 7, tzinfo=UTC)


def test_the_limit_applies_at_ten_on_the_local_clock() -> None:
    assert limit_applies_at(WATCH, MORNING) == datetime(2015, 1, 12, 18, tzinfo=UTC)
    assert limit_applies_at(Watch(PROBE, ZoneInfo(ZONE), None, None), MORNING) is None


def test_every_kind_of_change_moves_the_stamp_and_only_its_own_topic(database: Database) -> None:
    def stamp() -> dict[str, object]:
        with database.read() as session:
            return read_stamp(session)

    with database.write() as session:
        school = District(session).school()
    before = stamp()
    with database.write() as session:
        District(session).transition(school)
    moved = stamp()
    assert {topic for topic in moved if moved[topic] != before[topic]} == {"states"}
    with database.write() as session:
        District(session).sample(MORNING, 3)
    again = stamp()
    assert {topic for topic in again if again[topic] != moved[topic]} == {"states"}
    with database.write() as session:
        District(session).ticket(school)
    last = stamp()
    assert {topic for topic in last if last[topic] != again[topic]} == {"tickets"}


def test_a_school_page_costs_the_same_in_a_large_district(database: Database) -> None:
    fill(database, 30)
    with database.read() as session:
        school = load_board(session, WATCH, MORNING).rows[0].id
    with counting(database) as seen, database.read() as session:
        page = get_school_page(session, READER, school, WATCH, MORNING)
    assert page.row.unscheduled == 12
    assert len(seen) <= 12
