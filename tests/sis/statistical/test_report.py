"""The report of a month: what must add up, what does not, and the document it becomes."""

import json
from datetime import date, timedelta

from hypothesis import given, settings

from sis.statistical.rules.balance import FaultKind
from sis.statistical.rules.difference import difference
from sis.statistical.rules.document import hash_of, write_document
from sis.statistical.rules.document_reading import read_document, read_facts
from sis.statistical.rules.emptiness import nothing_submitted, why_empty
from sis.statistical.rules.facts import MonthFacts, Report, Seat, Stay
from sis.statistical.rules.figures import figures_of
from sis.statistical.rules.report import month_report
from sis.statistical.rules.smasr import rank_of
from sis.statistical.rules.standing import total
from tests.sis.statistical.months import (
    ALL,
    FIRST,
    RULES,
    any_facts,
    day,
    facts_of,
    mask,
    month_days,
    section,
    student,
)

UNBALANCING = {
    FaultKind.NO_SECTION,
    FaultKind.NOT_ENROLLED,
    FaultKind.TWO_SECTIONS,
    FaultKind.ENROLLED_TWICE,
}


@settings(max_examples=40)
@given(any_facts())
def test_what_does_not_balance_always_has_something_at_fault(facts: MonthFacts) -> None:
    report = month_report(facts, RULES)
    found = {fault.kind for fault in report.faults}
    assert report.balances or found & UNBALANCING
    twice = FaultKind.ENROLLED_TWICE in found
    movement = [check for check in report.checks if not check.in_parts]
    assert twice or all(check.difference == 0 for check in movement)


@settings(max_examples=40)
@given(any_facts())
def test_the_sums_are_those_of_the_days_whatever_was_recorded(facts: MonthFacts) -> None:
    report = month_report(facts, RULES)
    by_name = {check.what: check for check in report.checks}
    assert by_name["Days of the summary"].difference == 0
    assert by_name["Days of the SMASR"].difference == 0
    for line in report.lines:
        taught = facts.frame.days.days_taught * report.day_parts
        assert line.sums.membership + line.not_enrolled == taught
    assert total(line.sums for line in report.lines) == total(s.sums for s in report.sections)


@settings(max_examples=40)
@given(any_facts())
def test_totals_without_lines_are_the_same(facts: MonthFacts) -> None:
    whole = month_report(facts, RULES)
    short = month_report(facts, RULES, with_lines=False)
    assert short.lines == ()
    assert (short.grades, short.sections, short.checks) == (
        whole.grades,
        whole.sections,
        whole.checks,
    )


@settings(max_examples=40)
@given(any_facts())
def test_a_document_is_read_back_as_it_was_and_makes_the_same_report(facts: MonthFacts) -> None:
    report = month_report(facts, RULES)
    text = write_document(facts, report, RULES)
    again = read_facts(text)
    assert read_document(text).report == report
    assert month_report(again, RULES) == report
    assert write_document(again, report, RULES) == text
    assert hash_of(text) == hash_of(write_document(facts, month_report(facts, RULES), RULES))
    assert json.loads(text)["rule"]["version"] == RULES.version


@settings(max_examples=40)
@given(any_facts())
def test_a_report_does_not_differ_from_itself(facts: MonthFacts) -> None:
    report = month_report(facts, RULES)
    assert not difference(report, report).anything
    assert difference(report, report).sentence == "nothing (0 days of students)"


def test_a_difference_names_the_days_behind_the_totals() -> None:
    here = section(1)
    before = month_report(facts_of((here,), student(7, 1)), RULES)
    absent = (Report(1, "", 0, mask(4), 0),)
    after = month_report(facts_of((here,), student(7, 1, reports=absent)), RULES)
    found = difference(before, after)
    assert found.sentence == "attended -1, unexcused +1 (1 day of students)"
    assert [(one.on, one.before, one.after) for one in found.days] == [
        (day(4), "attended", "absent, unexcused")
    ]


def test_enrolment_is_followed_through_the_days_between_two_months() -> None:
    """Somebody who comes on the Saturday before the month is a gain of this one."""
    stays = (
        Stay("09", None, day(3)),
        Stay("09", FIRST - timedelta(days=2), None),
        Stay("09", day(2), day(9)),
    )
    people = [student(n, Seat(1, ALL), stays=(one,)) for n, one in enumerate(stays, start=1)]
    (grade,) = month_report(facts_of((section(1),), *people), RULES).grades
    assert grade[1:5] == (1, 2, 2, 1)
    assert grade.sums.membership == 3 + 20 + 7


def test_periods_are_ordered_as_people_do() -> None:
    labels = ["10", "2", "Advisory", "1", ""]
    assert sorted(labels, key=lambda one: rank_of(one, 5)) == ["1", "2", "10", "Advisory", ""]


def test_a_student_is_reported_in_the_first_period_or_the_homeroom() -> None:
    sections = (section(1, "2"), section(2, "1"), section(3, homeroom=True))
    secondary = month_report(facts_of(sections, student(7, 1, 2)), RULES)
    assert [line.section_id for line in secondary.lines] == [2]
    at_home = month_report(facts_of(sections, student(7, 1, 2, 3)), RULES)
    assert [line.section_id for line in at_home.lines] == [3]


def test_an_empty_report_says_why() -> None:
    nobody = facts_of((section(1),))
    report = month_report(nobody, RULES)

    def title(today: date, facts: MonthFacts = nobody) -> str | None:
        found = why_empty(facts.frame, report, today)
        return found.title if found else None

    later = FIRST + timedelta(days=60)
    assert title(later) == "Nobody was enrolled"
    assert title(FIRST - timedelta(days=1)) == "Not begun"
    assert title(FIRST, facts_of((), days=month_days(over=0))) == "Its first day is today"
    holidays = month_days(("holiday",) * 20)
    assert title(later, facts_of((), days=holidays)) == "No day was taught"


def test_nothing_submitted_is_told_from_everybody_absent() -> None:
    silent = month_report(facts_of((section(1, submitted=0),), student(7, 1)), RULES)
    assert nothing_submitted(silent)
    assert figures_of(silent, "").missing_classes == 20
    away = (Report(1, "", 0, ALL, 0),)
    absent = month_report(facts_of((section(1),), student(7, 1, reports=away)), RULES)
    assert not nothing_submitted(absent)
