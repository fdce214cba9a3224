"""What the files say about people, calendars and opening day, computed from the files alone."""

from datetime import date

import polars as pl
import pytest

from drills.district.plan import make_district
from tests.drills.conftest import SEED, Files

OPENING_DAY = "2015-01-12"


def active_students(files: Files) -> pl.DataFrame:
    """One row per school enrolment in force on opening day."""
    return (
        files.table("roles")
        .filter(
            (pl.col("role") == "student")
            & (pl.col("beginDate") <= OPENING_DAY)
            & (pl.col("endDate").is_null() | (pl.col("endDate") > OPENING_DAY))
        )
        .join(
            files.table("users").select("sourcedId", "grades"),
            left_on="userSourcedId",
            right_on="sourcedId",
        )
    )


def filled_periods(files: Files) -> pl.DataFrame:
    """(school, user) -> distinct periods in scheduled sections, and in any, on opening day."""
    terms = files.table("academicSessions").filter(
        (pl.col("startDate") <= OPENING_DAY) & (pl.col("endDate") > OPENING_DAY)
    )
    running = files.table("classes").filter(
        pl.col("termSourcedIds").is_in(terms["sourcedId"].implode())
    )
    seats = files.table("enrollments").filter(pl.col("role") == "student")
    joined = seats.join(
        running.select("sourcedId", "periods", "classType"),
        left_on="classSourcedId",
        right_on="sourcedId",
    )
    scheduled = pl.col("periods").filter(pl.col("classType") == "scheduled").n_unique()
    return joined.group_by("schoolSourcedId", "userSourcedId").agg(
        scheduled=scheduled, any=pl.col("periods").n_unique()
    )


@pytest.mark.parametrize("size", ["tiny", "small"])
def test_the_gap_of_each_school_can_be_counted_from_the_files(
    size: str, request: pytest.FixtureRequest
) -> None:
    files: Files = request.getfixturevalue(size)
    one_room = pl.col("grades").is_in(["KG", "01", "02", "03", "04", "05"])
    rule = pl.when(one_room).then(1).otherwise(6)
    required = pl.coalesce(pl.col("metadata.requiredPeriods").cast(pl.Int64), rule)
    students = active_students(files).join(
        filled_periods(files),
        left_on=["orgSourcedId", "userSourcedId"],
        right_on=["schoolSourcedId", "userSourcedId"],
        how="left",
    )
    filled = pl.when(required == 1).then(pl.col("any")).otherwise(pl.col("scheduled"))
    lacking = students.filter(filled.fill_null(0) < required)
    found = {
        (school, track): count
        for school, track, count in lacking.group_by("orgSourcedId", "metadata.track")
        .len()
        .iter_rows()
    }
    for school in make_district(size, SEED).schools:
        away = found.get((school.sourced_id, "A"), 0)
        total = sum(n for (name, _), n in found.items() if name == school.sourced_id)
        assert (total - away, away) == (school.gap, school.vacation_gap), school.name


def test_students_enrolled_today_are_those_of_the_plan(small: Files) -> None:
    counted = dict(active_students(small).group_by("orgSourcedId").len().iter_rows())
    planned = {s.sourced_id: s.students for s in make_district("small", SEED).schools}
    assert counted == planned


def test_a_student_who_moved_left_the_day_the_new_enrolment_began(small: Files) -> None:
    roles = small.table("roles").filter(pl.col("role") == "student")
    ended = roles.filter(pl.col("endDate").is_not_null())
    assert len(ended) > 100
    joined = ended.join(roles.filter(pl.col("endDate").is_null()), on="userSourcedId", suffix="Now")
    assert len(joined) == len(ended)
    assert (joined["endDate"] == joined["beginDateNow"]).all()
    assert (joined["orgSourcedId"] != joined["orgSourcedIdNow"]).all()


def test_birth_dates_fit_the_grades(small: Files) -> None:
    people = small.table("users").join(small.table("demographics"), on="sourcedId")
    grade = pl.col("grades").replace("KG", "0").cast(pl.Int64)
    born = pl.col("birthDate").str.to_date()
    age = (pl.lit(date(2014, 9, 1)) - born).dt.total_days() / 365.25
    years = people.select(years=age - grade)["years"].to_numpy()
    assert ((years > 4.95) & (years < 7.05)).all()
    assert (years < 6.01).mean() > 0.93


def test_names_come_from_the_languages_of_the_district(small: Files) -> None:
    students = small.table("users").filter(pl.col("grades").is_not_null())
    spoken = students["metadata.homeLanguage"].value_counts(normalize=True)
    share = dict(spoken.iter_rows())
    assert set(share) == {"en", "es", "ko", "hy", "fil", "zh", "vi", "fa", "ru", "ar"}
    assert 0.3 < share["es"] < 0.6
    assert students["familyName"].str.contains("García|Nguyễn|Muñoz").any()


def test_track_a_is_on_vacation_and_the_others_have_begun(small: Files) -> None:
    sessions = {row["sourcedId"]: row for row in small.table("academicSessions").to_dicts()}
    away = [
        begins <= OPENING_DAY < ends
        for span in sessions["SY15-A"]["metadata.vacations"].split(",")
        for begins, ends in [span.split("/")]
    ]
    assert any(away)
    assert sessions["SY15-A-S2"]["startDate"] == "2015-02-17"
    for track in "BCD":
        assert sessions[f"SY15-{track}-S2"]["startDate"] == "2015-01-05"
    assert sessions["SY15-S2"]["startDate"] == OPENING_DAY


def test_one_school_has_a_minimum_day_and_one_a_holiday(small: Files) -> None:
    sessions = {row["sourcedId"]: row for row in small.table("academicSessions").to_dicts()}
    calendars = small.table("orgs")["metadata.calendars"].drop_nulls().to_list()
    assert calendars.count("SY15-M") == calendars.count("SY15-H") == 1
    assert calendars.count("SY15-A,SY15-B,SY15-C,SY15-D") == 2
    assert OPENING_DAY in sessions["SY15-M"]["metadata.minimumDays"]
    assert OPENING_DAY in sessions["SY15-H"]["metadata.holidays"]
    assert OPENING_DAY not in sessions["SY15"]["metadata.minimumDays"]


def test_support_history_has_eighteen_weeks_and_the_first_of_january(small: Files) -> None:
    weeks = sorted(small.table("support-history")["week_starts_on"].unique())
    assert len(weeks) == 19
    assert (weeks[0], weeks[-2], weeks[-1]) == ("2014-08-11", "2014-12-15", "2015-01-05")
    assert all(date.fromisoformat(week).weekday() == 0 for week in weeks)


def test_support_history_grows_with_size_and_is_overdispersed(small: Files) -> None:
    history = small.table("support-history").with_columns(pl.col("tickets").cast(pl.Int64))
    assert set(history["category"].unique()) == {"login", "scheduling", "enrollment", "grades"}
    assert (history["tickets"] > 0).all()
    per_school = history.group_by("school").agg(pl.col("tickets").sum())
    sizes = pl.DataFrame(
        [(s.sourced_id, s.students) for s in make_district("small", SEED).schools],
        schema=["school", "students"],
        orient="row",
    )
    both = sizes.join(per_school, on="school", how="left").fill_null(0)
    assert both.select(pl.corr("students", "tickets", method="spearman")).item() > 0.4
    rates = both["tickets"].to_numpy() / both["students"].to_numpy()
    assert rates.std() > 0.5 * rates.mean()
