"""Which tracks have school today, and when their bells ring."""

from datetime import date, time

from sqlalchemy import event
from sqlalchemy.orm import Session

from sis.calendars.queries import school_days, zones
from sis.calendars.rules import SchoolDay
from sis.organizations.models import Organization
from tests.sis.school import MONDAY, Town

ZONE = "America/Los_Angeles"
MORNING = (time(8), time(9))
LATER = (time(9), time(10))


def test_only_tracks_with_instruction_are_in_session(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    town.bells(school, "regular", MORNING, LATER)
    town.bells(school, "minimum", MORNING)
    for track, kind in zip("ABCD", ["regular", "minimum", "holiday", "vacation"], strict=True):
        town.calendar(school, {MONDAY: kind}, track)
    assert school_days(session, {ZONE: MONDAY}) == {
        (school, "A"): SchoolDay("regular", time(8), time(10)),
        (school, "B"): SchoolDay("minimum", time(8), time(9)),
    }
    assert school_days(session, {ZONE: date(2015, 1, 13)}) == {}


def test_a_minimum_day_without_bells_of_its_own_keeps_the_regular_ones(session: Session) -> None:
    town = Town(session)
    school = town.school("S-1")
    town.bells(school, "regular", MORNING)
    town.calendar(school, {MONDAY: "minimum"})
    assert school_days(session, {ZONE: MONDAY})[school, ""].dismissal == time(9)


def test_a_school_without_bells_or_no_longer_active_is_left_out(session: Session) -> None:
    town = Town(session)
    silent, closed = town.school("S-1"), town.school("S-2")
    town.bells(closed, "regular", MORNING)
    for school in (silent, closed):
        town.calendar(school, {MONDAY: "regular"})
    organization = session.get(Organization, closed)
    assert organization is not None
    organization.status = "tobedeleted"
    session.flush()
    assert school_days(session, {ZONE: MONDAY}) == {}


def test_each_zone_has_its_own_date_in_one_query(session: Session) -> None:
    town = Town(session)
    west, east = town.school("S-1"), town.school("S-2", zone="America/New_York")
    for school in (west, east):
        town.bells(school, "regular", MORNING)
        town.calendar(school, {MONDAY: "regular"})
    statements: list[str] = []
    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", lambda *args: statements.append(args[2]))
    found = school_days(session, {ZONE: MONDAY, "America/New_York": date(2015, 1, 13)})
    assert set(found) == {(west, "")}
    assert len(statements) == 1


def test_zones_are_those_of_schools(session: Session) -> None:
    town = Town(session)
    town.school("S-1")
    town.school("S-2", zone="America/Phoenix")
    town.school("S-3")
    assert zones(session) == sorted([ZONE, "America/Phoenix"])
    assert school_days(session, {}) == {}
