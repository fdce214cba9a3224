"""A month of masks says the same as the rule of one day, day after day."""

from fractions import Fraction

from hypothesis import given, settings

from sis.attendance.rules.day import Mark, StudentDay, day_of
from sis.attendance.rules.status import Status
from sis.statistical.rules.facts import (
    Missed,
    MonthFacts,
    Period,
    Report,
    Seat,
    SectionFacts,
    StudentFacts,
)
from sis.statistical.rules.policy import Form
from sis.statistical.rules.standing import Count, class_minutes, count, standing_of
from tests.sis.statistical.months import (
    ALL,
    RULES,
    any_facts,
    facts_of,
    mask,
    month_days,
    section,
    student,
)

FULL = RULES.full_day_minutes


def _marks(facts: MonthFacts, one: StudentFacts, place: int) -> list[Mark]:
    """The classes of one day, as somebody would list them."""
    bit, days = 1 << place, facts.frame.days
    said = {(r.section_id, r.period): r for r in one.reports}
    marks = []
    for section_id, roster in one.seats:
        if not roster & bit:
            continue
        here = facts.sections[section_id]
        for period in here.periods:
            report = said.get((section_id, period.label))
            status = _status(report, bit, submitted=bool(period.submitted & bit))
            if status is None and (not period.meets & bit or here.covered & bit):
                continue
            marks.append(Mark(status, class_minutes(facts, days, place, period.label)))
    for report in one.reports:
        if report.section_id is None and (status := _status(report, bit, submitted=False)):
            marks.append(Mark(status))
    return marks


def _status(report: Report | None, bit: int, *, submitted: bool) -> Status | None:
    if report and report.unexcused & bit:
        return Status.ABSENT_UNEXCUSED
    if report and report.excused & bit:
        return Status.ABSENT_EXCUSED
    return Status.PRESENT if submitted or report and report.present & bit else None


@settings(max_examples=40)
@given(any_facts())
def test_a_month_is_its_days_by_the_rule_of_attendance(facts: MonthFacts) -> None:
    full = RULES.minutes_of(facts.frame.form)
    parts = full or 1
    nothing_met = StudentDay(Fraction(0), Fraction(0), Fraction(1))
    for one in facts.students:
        standing = standing_of(one, facts, full)
        for place in range(20):
            if not facts.frame.days.taught >> place & 1:
                continue
            marks = _marks(facts, one, place)
            expected = day_of(marks, minutes_for_a_day=full) or nothing_met
            found = count(1 << place, standing, full)
            assert Fraction(found.attended, parts) == expected.attended
            assert Fraction(found.excused, parts) == expected.excused
            assert Fraction(found.unexcused, parts) == expected.unexcused
            assert (found.unsubmitted > 0) == expected.unsubmitted


@settings(max_examples=40)
@given(any_facts())
def test_attendance_and_absence_are_membership(facts: MonthFacts) -> None:
    full = RULES.minutes_of(facts.frame.form)
    for one in facts.students:
        standing = standing_of(one, facts, full)
        days = facts.frame.days.taught
        found = count(days, standing, full)
        assert found.attended + found.absent == days.bit_count() * (full or 1)
        assert found.unsubmitted <= found.unexcused
        assert min(found) >= 0


def test_any_class_attended_is_a_day_at_a_secondary_school() -> None:
    absent = (Report(1, "1", 0, mask(0, 1), 0), Report(2, "2", 0, mask(1), 0))
    facts = facts_of((section(1, "1"), section(2, "2")), student(7, 1, 2, reports=absent))
    standing = standing_of(facts.students[0], facts, None)
    assert count(ALL, standing, None) == Count(attended=19, excused=0, unexcused=1)


def test_a_day_is_excused_only_when_every_absence_of_it_is() -> None:
    absent = (Report(1, "1", 0, 0, mask(0, 1)), Report(2, "2", 0, mask(1), mask(0)))
    facts = facts_of((section(1, "1"), section(2, "2")), student(7, 1, 2, reports=absent))
    standing = standing_of(facts.students[0], facts, None)
    assert count(ALL, standing, None) == Count(attended=18, excused=1, unexcused=1)


def test_what_was_not_submitted_counts_as_absent_until_it_is() -> None:
    facts = facts_of((section(1, submitted=ALL & ~mask(3)),), student(7, 1))
    standing = standing_of(facts.students[0], facts, None)
    assert count(ALL, standing, None) == Count(19, 0, 1, unsubmitted=1)


def test_the_office_can_say_that_a_student_was_there_before_the_teacher_does() -> None:
    there = (Report(1, "", mask(3), 0, 0),)
    facts = facts_of((section(1, submitted=ALL & ~mask(3)),), student(7, 1, reports=there))
    standing = standing_of(facts.students[0], facts, None)
    assert count(ALL, standing, None) == Count(20)


def test_a_section_that_moved_to_another_period_keeps_its_attendance() -> None:
    old = Period("1", 0, 0, submitted=mask(0, 1))
    new = Period("2", ALL, ALL, submitted=ALL & ~mask(0, 1))
    facts = facts_of((SectionFacts(1, "Moved", False, (old, new)),), student(7, 1))
    assert count(ALL, standing_of(facts.students[0], facts, None), None) == Count(20)


def test_180_minutes_are_a_day_at_a_continuation_school() -> None:
    """Three classes of an hour are a day, two are two thirds; a minimum day has 80 minutes."""
    days = month_days(("regular", "regular", "minimum", *["holiday"] * 17))
    third = SectionFacts(3, "Third", False, (Period("3", ALL, mask(0, 1), mask(0, 1)),))
    sections = (section(1, "1"), section(2, "2"), third)
    absent = (Report(3, "3", 0, 0, mask(1)),)
    facts = facts_of(
        sections, student(7, 1, 2, 3, reports=absent), form=Form.CONTINUATION, days=days
    )
    standing = standing_of(facts.students[0], facts, FULL)
    assert standing.credited is not None
    assert standing.credited[:3] == (180, 120, 80)
    assert count(facts.frame.days.taught, standing, FULL) == Count(380, 60, 100)


def test_minutes_missed_of_a_class_are_not_credited() -> None:
    one = StudentFacts(7, (), (Seat(1, ALL),), (), (Missed(1, "1", 0, 25),))
    facts = facts_of((section(1, "1"),), one, form=Form.CONTINUATION)
    standing = standing_of(one, facts, FULL)
    assert standing.credited is not None
    assert standing.credited[:2] == (35, 60)
