"""Other criteria: a short list of facts, and only those."""

import pytest
from pydantic import ValidationError

from triage.settings import ConditionSettings, CriterionSettings, TierSettings
from triage.tiers.rules.criteria import Condition, SchoolFacts, applying

SCHOOL = SchoolFacts(1, "S-1", "Bell", "high", esc="ESC-E", students=2_000, tracks=4)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        (Condition(levels=frozenset({"high", "span"})), True),
        (Condition(levels=frozenset({"span"})), False),
        (Condition(tracks_at_least=2), True),
        (Condition(tracks_at_least=5), False),
        (Condition(students_at_least=2_000), True),
        (Condition(students_at_least=2_001), False),
        (Condition(students_at_most=2_000), True),
        (Condition(students_at_most=1_999), False),
        (Condition(schools=frozenset({"S-1"})), True),
        (Condition(schools=frozenset({"S-2"})), False),
        (Condition(escs=frozenset({"ESC-E"})), True),
        (Condition(escs=frozenset({"ESC-W"})), False),
        (Condition(levels=frozenset({"high"}), tracks_at_least=5), False),
    ],
)
def test_all_facts_of_a_condition_must_hold(condition: Condition, holds: bool) -> None:
    assert condition.holds(SCHOOL) is holds


def test_the_default_criteria_are_tracks_and_kinds_of_school() -> None:
    declared = TierSettings().declared_criteria()
    assert [one.name for one in applying(declared, SCHOOL)] == ["more than one calendar track"]


def test_a_fact_that_nobody_keeps_is_refused() -> None:
    with pytest.raises(ValidationError, match="shoe_size"):
        ConditionSettings.model_validate({"shoe_size": 44})


def test_a_criterion_without_a_condition_is_refused() -> None:
    with pytest.raises(ValidationError, match="at least one fact"):
        CriterionSettings.model_validate({"name": "everybody", "factor": 2, "when": {}})


def test_thresholds_must_fall() -> None:
    with pytest.raises(ValidationError, match="must fall"):
        TierSettings(thresholds=(4, 10, 20))
