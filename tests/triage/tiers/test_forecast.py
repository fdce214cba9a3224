"""The forecast for all schools, and its explanation."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from triage.settings import TierSettings
from triage.tiers.rules.criteria import SchoolFacts
from triage.tiers.rules.explanation import sentences
from triage.tiers.rules.forecast import Forecast, forecast
from triage.tiers.rules.need import Category
from triage.tiers.rules.observation import Inputs, WeekCount, observed_weeks

TODAY = date(2015, 1, 12)
SETTINGS = TierSettings()
POLICY = SETTINGS.policy()


def school(number: int, students: int = 1_000, level: str = "high") -> SchoolFacts:
    return SchoolFacts(number, f"S-{number}", f"School {number}", level, students=students)


def weeks(
    school_id: int, counts: Sequence[int], category: Category = Category.SCHEDULING
) -> list[WeekCount]:
    """The last count is last week's."""
    first = TODAY - timedelta(weeks=len(counts))
    return [
        WeekCount(school_id, first + timedelta(weeks=i), category, count)
        for i, count in enumerate(counts)
    ]


def inputs(
    schools: Sequence[SchoolFacts],
    history: Sequence[WeekCount] = (),
    desk: Sequence[WeekCount] = (),
    unscheduled: dict[int, int] | None = None,
    previous: dict[int, int] | None = None,
    totals: dict[int, int] | None = None,
) -> Inputs:
    return Inputs(TODAY, schools, history, desk, totals or {}, unscheduled or {}, previous or {})


def run(given: Inputs) -> dict[int, Forecast]:
    return {
        one.school.school_id: one for one in forecast(given, SETTINGS.declared_criteria(), POLICY)
    }


def test_more_tickets_mean_more_hours_and_a_better_place() -> None:
    history = [*weeks(1, [1] * 12), *weeks(2, [9] * 12), *weeks(3, [1] * 12)]
    found = run(inputs([school(1), school(2), school(3)], history))
    assert found[2].hours > found[1].hours
    assert (found[2].rank, found[1].rank) == (1, 2)


def test_a_school_without_history_gets_the_average_of_its_kind() -> None:
    history = [*weeks(1, [4] * 10), *weeks(2, [8] * 10)]
    found = run(inputs([school(1), school(2), school(3)], history))
    scheduling = found[3].categories[1]
    assert scheduling.category == Category.SCHEDULING
    assert scheduling.rate == pytest.approx(scheduling.mean)


def test_plausible_silence_is_observed_and_implausible_silence_is_not() -> None:
    history = [*weeks(1, [4] * 10), *weeks(2, [0] * 5 + [4] * 5)[5:], *weeks(3, [0] * 9 + [1])[9:]]
    schools = [school(1), school(2), school(3, students=100), school(4), school(5, students=100)]
    found = observed_weeks(inputs(schools, history))
    assert [len(found[number]) for number in (1, 2, 3, 4, 5)] == [10, 5, 10, 0, 10]


def test_this_desk_observes_every_school() -> None:
    found = observed_weeks(inputs([school(1), school(2)], desk=weeks(1, [2, 2])))
    assert len(found[2]) == 2


def test_students_without_a_schedule_count_without_any_history() -> None:
    found = run(inputs([school(1)], unscheduled={1: 40}))
    assert found[1].hours == pytest.approx(24)
    assert found[1].tier == 1


def test_levels_are_judged_by_their_own_kind() -> None:
    elementary = school(3, level="elementary")
    history = [*weeks(1, [9] * 8), *weeks(2, [9] * 8), *weeks(3, [1] * 8)]
    found = run(inputs([school(1), school(2), elementary], history))
    assert found[3].categories[1].mean < found[1].categories[1].mean


def test_the_raw_rank_counts_tickets_and_shares_equal_places() -> None:
    found = run(inputs([school(1), school(2), school(3)], totals={1: 5, 2: 9, 3: 5}))
    assert [found[number].raw_rank for number in (1, 2, 3)] == [2, 1, 2]


def test_a_school_without_students_needs_nothing_and_breaks_nothing() -> None:
    found = run(inputs([school(1, students=0), school(2)], weeks(1, [3] * 5)))
    assert found[1].hours == 0.0


def test_the_explanation_speaks_to_the_principal() -> None:
    history = [*weeks(1, [3, 4, 5, 11]), *weeks(2, [0, 1, 0, 2]), *weeks(3, [1, 0, 2, 1])]
    given = inputs([school(1), school(2), school(3)], history, unscheduled={1: 3}, totals={1: 23})
    found = run(given)[1]
    text = " ".join(sentences(found, TODAY, 3, POLICY))
    assert "Your school: 1,000 students; 23 scheduling tickets." in text
    assert "so a few tickets neither damn nor hide you" in text
    assert "3 students have no complete schedule now: 1.8 staff-hours." in text
    assert f"on Monday: tier {found.tier}." in text
    assert "number 1 of 3" in text


def test_the_explanation_tells_when_yesterday_decided() -> None:
    found = run(inputs([school(1)], unscheduled={1: 31}, previous={1: 1}))[1]
    assert (found.tier, found.plain_tier) == (1, 2)  # 18.6 hours
    assert "keeps that support today" in " ".join(sentences(found, TODAY, 1, POLICY))


def test_the_explanation_names_the_other_criteria() -> None:
    found = run(inputs([school(1, level="span")], unscheduled={1: 10}))[1]
    assert found.hours == pytest.approx(7.5)
    text = " ".join(sentences(found, TODAY, 1, POLICY))
    assert "Because of special education school or K-12 span school" in text


def test_a_small_school_with_an_unusual_rate_is_flagged() -> None:
    others = [row for number in range(2, 12) for row in weeks(number, [number % 4] * 12)]
    small = weeks(1, [2] * 12)
    schools = [school(1, students=120), *(school(number) for number in range(2, 12))]
    found = run(inputs(schools, [*others, *small]))
    assert found[1].flagged == [Category.SCHEDULING]
    assert "unusually many scheduling tickets" in " ".join(
        sentences(found[1], TODAY, len(schools), POLICY)
    )
