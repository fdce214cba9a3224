"""Organizations, courses, sections and the enrolments in them, as rows of OneRoster files."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from drills.district.bells import bell_schedule
from drills.district.calendars import STANDARD, session_rows
from drills.district.columns import frame, numbered, pick
from drills.district.courses import CATALOGUE, PERIODS
from drills.district.people import staff_ids, student_ids
from drills.district.plan import CENTERS, DISTRICT_ID, DISTRICT_NAME
from drills.district.school import School
from drills.district.shapes import Ints
from drills.district.students import Roster
from drills.district.timetable import NONE

ZONE = "America/Los_Angeles"


def _texts(file: str, rows: Iterable[dict[str, str | None]]) -> pl.DataFrame:
    listed = list(rows)
    columns = {
        name: pl.Series([row[name] for row in listed], dtype=pl.String) for name in listed[0]
    }
    return frame(file, len(listed), columns)


def sessions() -> pl.DataFrame:
    return _texts("academicSessions", session_rows())


def _org(sourced_id: str, name: str, kind: str, parent: str | None) -> dict[str, str | None]:
    return {"sourcedId": sourced_id, "name": name, "type": kind, "parentSourcedId": parent}


def _school_org(school: School) -> dict[str, str | None]:
    return {
        **_org(school.sourced_id, school.name, "school", school.center.sourced_id),
        "identifier": school.cds_code,
        "metadata.level": school.level,
        "metadata.timeZone": ZONE,
        "metadata.latitude": f"{school.latitude:.6f}",
        "metadata.longitude": f"{school.longitude:.6f}",
        "metadata.phone": school.phone,
        "metadata.address": school.address,
        "metadata.cdsCode": school.cds_code,
        "metadata.costCenter": f"1{school.number:06d}",
        "metadata.mealEligible": str(school.meal_eligible),
        "metadata.calendars": ",".join(year.year_id for year in school.years),
        "metadata.bellSchedule": bell_schedule(school),
    }


def organizations(schools: Iterable[School]) -> pl.DataFrame:
    """Rows of orgs.csv: the district, its service centers (type local), its schools."""
    rows = [_org(DISTRICT_ID, DISTRICT_NAME, "district", None) | {"identifier": DISTRICT_ID}]
    rows += [
        _org(c.sourced_id, c.name, "local", DISTRICT_ID) | {"identifier": c.sourced_id}
        for c in CENTERS
    ]
    listed = [*rows, *(_school_org(school) for school in schools)]
    names = listed[-1].keys()
    return _texts("orgs", ({name: row.get(name) for name in names} for row in listed))


def courses() -> pl.DataFrame:
    return _texts(
        "courses",
        (
            {
                "sourcedId": course.sourced_id,
                "schoolYearSourcedId": STANDARD.year_id,
                "title": course.title,
                "courseCode": course.code,
                "grades": course.grade,
                "orgSourcedId": DISTRICT_ID,
                "subjects": course.subject,
            }
            for course in CATALOGUE
        ),
    )


_TITLES = tuple(course.title for course in CATALOGUE)
_GRADES = tuple(course.grade for course in CATALOGUE)
_CODES = tuple(course.code for course in CATALOGUE)
_COURSE_IDS = tuple(course.sourced_id for course in CATALOGUE)
_SUBJECTS = tuple(course.subject for course in CATALOGUE)


def section_ids(first: int, count: int, earlier: bool) -> pl.Series:
    return numbered("C-", np.arange(first, first + count), 6, "-1" if earlier else "")


def _terms(roster: Roster, earlier: bool) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """Per track: the term of sections by period, and that of homerooms (the whole year)."""
    years = roster.school.years
    terms = tuple(y.earlier_term_id if earlier else y.current_term_id for y in years)
    return terms, tuple(None if earlier else y.year_id for y in years)


def sections(roster: Roster, first: int, *, earlier: bool = False) -> pl.DataFrame:
    """Rows of classes.csv: the present term's sections, or with ``earlier`` those that ended."""
    made = roster.complete.sections
    course, period, track = (np.array(c) for c in (made.course, made.period, made.track))
    count = len(course)
    terms, years = _terms(roster, earlier)
    home = pl.Series(period == NONE)
    label = pl.Series(np.where(period == NONE, 0, period) + 1).cast(pl.String)
    term = pl.select(pl.when(home).then(pick(years, track)).otherwise(pick(terms, track)))
    code = pick(_CODES, course)
    built = frame(
        "classes",
        count,
        {
            "sourcedId": section_ids(first, count, earlier),
            "title": pl.select(
                pl.when(home)
                .then(pick(_TITLES, course))
                .otherwise(pick(_TITLES, course) + ", period " + label)
            ).to_series(),
            "grades": pick(_GRADES, course),
            "courseSourcedId": pick(_COURSE_IDS, course),
            "classCode": code + "-" + numbered("", np.arange(1, count + 1), 3),
            "classType": pick(("scheduled", "homeroom"), (period == NONE).astype(np.int64)),
            "location": numbered("Room ", 101 + roster.teacher, 3),
            "schoolSourcedId": roster.school.sourced_id,
            "termSourcedIds": term.to_series(),
            "subjects": pick(_SUBJECTS, course),
            "periods": label,
            "metadata.seats": pl.Series(roster.seats).cast(pl.String),
            "metadata.track": pick(tuple(t or None for t in roster.school.tracks), track),
        },
    )
    return built.filter(pl.col("termSourcedIds").is_not_null())


def _pairs(roster: Roster, grid: Ints) -> tuple[Ints, Ints]:
    """(student index, section index) of every seat taken, student by student."""
    places = np.column_stack([roster.complete.home, grid])
    taken = places != NONE
    return np.repeat(np.arange(roster.students), taken.sum(axis=1)), places[taken]


def seats_taken(
    roster: Roster, first_student: int, first_section: int, first_row: int
) -> pl.DataFrame:
    """Rows of enrollments.csv for the students of the present term."""
    student, section = _pairs(roster, roster.grid)
    return frame(
        "enrollments",
        len(student),
        {
            "sourcedId": numbered("E-", np.arange(first_row, first_row + len(student)), 7),
            "classSourcedId": section_ids(first_section, len(roster.seats), False).gather(section),
            "schoolSourcedId": roster.school.sourced_id,
            "userSourcedId": student_ids(first_student, roster.students).gather(student),
            "role": "student",
            "primary": False,
        },
    )


def earlier_seats(roster: Roster, first_student: int, first_section: int) -> pl.DataFrame:
    """Rows of enrollments.csv for the semester that has ended, when everybody was complete."""
    grid = roster.complete.grid.copy()
    still_running = np.array([y.earlier_term_id is None for y in roster.school.years])
    grid[still_running[roster.tracks]] = NONE
    student = np.repeat(np.arange(roster.students), PERIODS)[grid.ravel() != NONE]
    section = grid[grid != NONE]
    users = student_ids(first_student, roster.students).gather(student)
    classes = section_ids(first_section, len(roster.seats), True).gather(section)
    return frame(
        "enrollments",
        len(student),
        {
            "sourcedId": classes + "." + users,
            "classSourcedId": classes,
            "schoolSourcedId": roster.school.sourced_id,
            "userSourcedId": users,
            "role": "student",
            "primary": False,
        },
    )


def teaching(roster: Roster, classes: pl.DataFrame, first_teacher: int) -> pl.DataFrame:
    """Rows of enrollments.csv for the teachers of ``classes``, as ``sections`` made them."""
    rooms = classes["location"].str.slice(5).cast(pl.Int64) - 101
    ids = staff_ids(first_teacher, roster.teachers).gather(rooms)
    return frame(
        "enrollments",
        len(classes),
        {
            "sourcedId": "ET-" + classes["sourcedId"].str.slice(2),
            "classSourcedId": classes["sourcedId"],
            "schoolSourcedId": roster.school.sourced_id,
            "userSourcedId": ids,
            "role": "teacher",
            "primary": True,
        },
    )
