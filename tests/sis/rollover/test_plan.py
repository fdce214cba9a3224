"""The pure plan: everything is accounted for, and planning twice plans nothing new."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from sis.courses.rules.meetings import Meeting
from sis.rollover.rules.books import tally
from sis.rollover.rules.plan import (
    NewPlace,
    NewSection,
    OldPlace,
    OldSection,
    Plan,
    SchoolRecords,
    plan_school,
)
from sis.rollover.rules.policy import (
    RENEW,
    Action,
    How,
    Reason,
    Rule,
    new_title,
    rule_for,
    stable_key,
)

COURSES = st.sampled_from([None, 1, 2, 3])
MEETINGS = st.lists(
    st.builds(Meeting, st.sampled_from("12"), st.sampled_from([None, "MWF", "TR"])), max_size=2
).map(tuple)
PEOPLE = st.integers(1, 5)
RULE = st.one_of(
    st.sampled_from([Rule(a) for a in (Action.CONTINUE, Action.RENEW, Action.END)]),
    st.integers(1, 3).map(lambda course: Rule(Action.MAP, course)),
)
RULES = st.dictionaries(st.tuples(st.sampled_from([None, 7]), COURSES), RULE, max_size=4)


@st.composite
def schools(draw: st.DrawFn) -> SchoolRecords:
    old = [
        OldSection(
            n, f"S{n}", draw(COURSES), "scheduled", "", draw(MEETINGS), (), draw(st.booleans())
        )
        for n in range(1, draw(st.integers(1, 5)))
    ]
    new = [
        NewSection(
            100 + n,
            draw(COURSES),
            "scheduled",
            "",
            draw(MEETINGS),
            (),
            draw(st.none() | st.just(1)),
            0,
        )
        for n in range(draw(st.integers(0, 3)))
    ]
    places = [
        OldPlace(
            n,
            draw(st.sampled_from(old)).id,
            draw(PEOPLE),
            f"P{n}",
            draw(st.booleans()),
            draw(st.booleans()),
        )
        for n in range(draw(st.integers(0, 8)) if old else 0)
    ]
    by_hand = [
        NewPlace(draw(st.sampled_from(new)).id, draw(PEOPLE), f"H{n}", True)
        for n in range(draw(st.integers(0, 4)) if new else 0)
    ]
    taken = {one.id: sum(place.section_id == one.id for place in by_hand) for one in new}
    return SchoolRecords(
        school_id=7,
        stamp="S1>S2#0",
        old=old,
        new=[replace(one, taken=taken[one.id]) for one in new],
        places=places,
        new_places=by_hand,
        enrolled=draw(st.sets(PEOPLE)),
    )


def _after(school: SchoolRecords, plan: Plan) -> SchoolRecords:
    """The records when the plan has been written."""
    ids = {step.from_id: step.to_id or 1000 + step.from_id for step in plan.sections}
    old = {one.id: one for one in school.old}
    made = [
        NewSection(
            ids[step.from_id],
            step.course_id,
            old[step.from_id].class_type,
            "",
            old[step.from_id].meetings,
            (),
            None,
            0,
        )
        for step in plan.sections
        if step.how is How.CREATED
    ]
    written = [NewPlace(ids[p.from_section_id], p.person_id, p.key, True) for p in plan.places]
    continued = {step.from_id for step in plan.sections if step.how is How.CONTINUED}
    lasting = [
        NewPlace(place.section_id, place.person_id, place.key, True)
        for place in school.places
        if place.section_id in continued and place.lasts
    ]
    places = [*school.new_places, *written, *lasting]
    new = [
        replace(one, taken=sum(place.section_id == one.id for place in places))
        for one in [*school.new, *made]
    ]
    return replace(
        school,
        old=[replace(one, spans=one.spans or one.id in continued) for one in school.old],
        new=new,
        new_places=places,
        earlier={
            step.from_id: ids[step.from_id]
            for step in plan.sections
            if step.from_id not in continued
        },
    )


@settings(max_examples=60)
@given(schools(), RULES)
def test_every_section_and_placement_is_carried_or_has_its_reason(
    school: SchoolRecords, rules: dict[tuple[int | None, int | None], Rule]
) -> None:
    plan = plan_school(school, rules)
    sections = [step.from_id for step in plan.sections] + list(plan.left_sections)
    assert sorted(sections) == [one.id for one in school.old]
    places = [p.from_id for p in plan.places] + [*plan.kept_places, *plan.left_places]
    assert sorted(places) == [place.id for place in school.places]
    assert len({place.key for place in plan.places}) == len(plan.places)


@settings(max_examples=60)
@given(schools(), RULES)
def test_planning_again_after_it_was_written_plans_nothing(
    school: SchoolRecords, rules: dict[tuple[int | None, int | None], Rule]
) -> None:
    first = plan_school(school, rules)
    again = plan_school(_after(school, first), rules)
    assert again.places == ()
    assert [step for step in again.sections if step.how is How.CREATED] == []
    assert again.left_sections == first.left_sections
    assert again.left_places == first.left_places


@settings(max_examples=60)
@given(schools(), RULES)
def test_a_place_goes_only_to_enrolled_students_and_never_over_the_seats(
    school: SchoolRecords, rules: dict[tuple[int | None, int | None], Rule]
) -> None:
    plan = plan_school(school, rules)
    assert {place.person_id for place in plan.places} <= set(school.enrolled)
    after = _after(school, plan)
    for one in after.new:
        before = next((old.taken for old in school.new if old.id == one.id), 0)
        assert one.seats is None or one.taken <= max(one.seats, before)


def test_the_nearest_rule_wins() -> None:
    rules = {
        (7, 1): Rule(Action.END),
        (None, 1): Rule(Action.CONTINUE),
        (7, None): Rule(Action.MAP, 9),
    }
    assert rule_for(rules, 7, 1).action is Action.END
    assert rule_for(rules, 8, 1).action is Action.CONTINUE
    assert rule_for(rules, 7, 2).action is Action.MAP
    assert rule_for(rules, 8, 2) == RENEW
    assert rule_for({(None, None): Rule(Action.END)}, 8, None).action is Action.END


def test_a_new_section_has_a_name() -> None:
    assert new_title(" Algebra ", "Algebra 1B", Action.RENEW) == "Algebra"
    assert new_title("Algebra", "Algebra 1B", Action.MAP) == "Algebra 1B"
    assert new_title(" ", "Algebra 1B", Action.RENEW) == "Algebra 1B"
    assert new_title(" ", None, Action.RENEW) == "Section"


def test_ids_are_the_same_each_time_and_others_in_another_attempt() -> None:
    assert stable_key("S1>S2#0", "P1") == stable_key("S1>S2#0", "P1")
    assert stable_key("S1>S2#0", "P1") != stable_key("S1>S2#1", "P1")


def test_reasons_are_tallied_most_first() -> None:
    reasons = [Reason.LEFT, Reason.FULL, Reason.LEFT]
    assert list(tally(reasons).items()) == [("left_school", 2), ("section_full", 1)]
