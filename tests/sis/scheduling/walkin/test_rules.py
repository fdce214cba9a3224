"""The grid of a day, what fits into it, and every reason why something does not."""

from datetime import date

import pytest

from sis.courses.rules.meetings import Meeting, Span
from sis.scheduling.walkin.rules.choice import Asked, candidates
from sis.scheduling.walkin.rules.fitting import Held, Offer, judge
from sis.scheduling.walkin.rules.week import grid

MONDAY, FRIDAY, JUNE = date(2015, 1, 12), date(2015, 1, 16), date(2015, 6, 5)
BELLS = {"1": "08:00 to 08:55", "2": "09:00 to 09:55", "3": "10:00 to 10:55"}


def offer(
    number: int,
    *meetings: Meeting | str,
    course: int | None = None,
    taken: int = 0,
    seats: int | None = 30,
    span: Span = (MONDAY, JUNE),
    grades: str = "",
    class_type: str = "scheduled",
    track: str = "",
) -> Offer:
    return Offer(
        section_id=number,
        title=f"Section {number}",
        course_id=course,
        course_title=f"Course {course}",
        grades=frozenset(grades.split()),
        subjects="",
        track=track,
        class_type=class_type,
        seats=seats,
        taken=taken,
        span=span,
        meetings=tuple(Meeting(m) if isinstance(m, str) else m for m in meetings),
        teacher="",
        room="",
    )


def held(one: Offer, *, span: Span | None = None, locked: bool = False) -> Held:
    return Held(one.section_id * 10, one, span or one.span, locked)


ALGEBRA = held(offer(1, "1", course=100))
LOCKED = held(offer(2, "2", course=200), locked=True)


@pytest.mark.parametrize(
    ("wanted", "leaving", "code"),
    [
        (offer(9, "3"), None, None),
        (offer(9, "1"), None, "period_clash"),
        (offer(9, "1"), 10, None),
        (offer(9, "1", "2"), 10, "period_clash"),
        (offer(9, "2"), 20, "locked"),
        (offer(1, "1", course=100), None, "already_in_section"),
        (offer(9, "3", course=100), None, "same_course"),
        (offer(9, "1", course=100), 10, None),
        (offer(9, "3", taken=30), None, "section_full"),
        (offer(9, "3", taken=31), None, "section_full"),
        (offer(9, "3", taken=31, seats=None), None, None),
        (offer(9, "3", span=(None, MONDAY)), None, "has_ended"),
        (offer(9, "1", course=100, span=(JUNE, None)), None, None),
    ],
)
def test_every_refusal_has_its_reason(wanted: Offer, leaving: int | None, code: str | None) -> None:
    refusal = judge(wanted, [ALGEBRA, LOCKED], on=MONDAY, enrolled=True, leaving=leaving)
    assert (refusal and refusal.code) == code


def test_a_student_who_is_not_enrolled_gets_nothing() -> None:
    refusal = judge(offer(9, "3"), [], on=MONDAY, enrolled=False)
    assert refusal is not None
    assert refusal.code == "not_enrolled"


def test_days_and_dates_that_never_meet_do_not_clash() -> None:
    mwf = held(offer(1, Meeting("1", "MWF")))
    assert judge(offer(2, Meeting("1", "TR")), [mwf], on=MONDAY, enrolled=True) is None
    clash = judge(offer(2, Meeting("1", "TF")), [mwf], on=MONDAY, enrolled=True)
    assert clash is not None
    assert clash.sentence == "Period 1 (TF) is taken by Section 1."
    moving = held(offer(1, Meeting("1", None, None, FRIDAY), Meeting("2", None, FRIDAY)))
    later = offer(2, Meeting("1", None, FRIDAY))
    assert judge(later, [moving], on=MONDAY, enrolled=True) is None


def test_a_place_that_begins_later_clashes_already() -> None:
    later = held(offer(1, "1"), span=(FRIDAY, JUNE))
    refusal = judge(offer(2, "1"), [later], on=MONDAY, enrolled=True)
    assert refusal is not None
    assert judge(offer(2, "1", span=(None, FRIDAY)), [later], on=MONDAY, enrolled=True) is None


def test_going_over_one_refusal_still_shows_the_next() -> None:
    full = offer(9, "1", course=100, taken=30)
    codes = []
    for over in ((), ("same_course",), ("same_course", "section_full")):
        refusal = judge(full, [ALGEBRA], on=MONDAY, enrolled=True, over=over)
        codes.append(refusal and refusal.code)
    assert codes == ["same_course", "section_full", "period_clash"]


def test_the_grid_has_a_row_for_each_period_and_joins_equal_days() -> None:
    mwf = held(offer(3, Meeting("3", "MWF")))
    tr = held(offer(4, Meeting("3", "R")))
    extra = held(offer(5, "7"))
    week = grid([ALGEBRA, mwf, tr, extra], BELLS, on=MONDAY, required=3)
    assert [row.period for row in week.rows] == ["1", "2", "3", "7"]
    assert [(c.days, [h.place_id for h in c.held]) for c in week.rows[2].cells] == [
        ("M", [30]),
        ("T", []),
        ("W", [30]),
        ("R", [40]),
        ("F", [30]),
    ]
    assert [cell.days for cell in week.rows[0].cells] == ["MTWRF"]
    assert (week.free_periods, week.rows[2].free_days) == (("2",), "T")
    assert (week.filled, week.missing) == (3, 0)


def test_what_has_not_begun_is_not_in_the_grid_yet() -> None:
    later = held(offer(1, "1"), span=(FRIDAY, JUNE))
    assert grid([later], BELLS, on=MONDAY, required=6).filled == 0
    assert grid([later], BELLS, on=FRIDAY, required=6).filled == 1


def test_a_homeroom_counts_only_where_one_room_is_enough() -> None:
    homeroom = held(offer(1, class_type="homeroom"))
    assert grid([homeroom], {}, on=MONDAY, required=1).missing == 0
    week = grid([homeroom], BELLS, on=MONDAY, required=3)
    assert (week.missing, week.without_period) == (3, (homeroom,))


def test_the_next_free_period_goes_on_and_comes_around() -> None:
    week = grid([LOCKED], BELLS, on=MONDAY, required=3)
    assert (week.next_free(), week.next_free("1"), week.next_free("3")) == ("1", "3", "1")
    full = grid([held(offer(1, "1", "2", "3"))], BELLS, on=MONDAY, required=3)
    assert full.next_free("1") == ""


def test_what_was_asked_for_comes_first_and_what_does_not_fit_last() -> None:
    offers = [
        offer(1, "1", course=1, taken=30),
        offer(2, "1", course=2, grades="10"),
        offer(3, "1", course=3),
        offer(4, "1", course=4, taken=5),
        offer(5, "1", course=4),
        offer(6, "1", course=6),
        offer(7, "1", course=4, track="B"),
    ]
    found = candidates(
        offers,
        [],
        asked=Asked({1: 1, 4: 2, 3: 1}, {6: 3}),
        grade="10",
        track="",
        on=MONDAY,
        enrolled=True,
        leaving=None,
    )
    assert [one.offer.section_id for one in found] == [3, 5, 4, 6, 2, 7, 1]
    assert [one.why for one in found[:5:2]] == ["asked for, priority 1", "asked for, priority 2",
                                               "grade 10"]  # fmt: skip
    assert found[-1].refusal is not None
