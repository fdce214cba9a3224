"""``triage`` in config.yaml: how support is ranked and how tickets are weighed."""

from collections.abc import Mapping
from datetime import date, time
from typing import Annotated, Self

from pydantic import Field, model_validator

from core.settings import Strict
from triage.tickets.rules.priority import Function, UrgentPeriod, Weighing
from triage.tiers.rules.criteria import Condition, Criterion
from triage.tiers.rules.need import Category, Policy, Work

Factor = Annotated[float, Field(gt=0, le=10)]


class CategorySettings(Strict):
    """What one kind of ticket costs."""

    hours: Annotated[float, Field(ge=0, description="staff-hours to settle one ticket")]
    opening_multiplier: Annotated[
        float, Field(ge=0, description="how many times the usual number comes on opening day")
    ]


class ConditionSettings(Strict):
    """Facts of a school that must all hold; a fact left out does not matter."""

    levels: frozenset[str] = Field(frozenset(), description="the school's level is one of these")
    tracks_at_least: int | None = Field(None, ge=1, description="number of calendar tracks")
    students_at_least: int | None = Field(None, ge=0, description="students enrolled today")
    students_at_most: int | None = Field(None, ge=0, description="students enrolled today")
    schools: frozenset[str] = Field(frozenset(), description="sourced ids of schools")
    escs: frozenset[str] = Field(frozenset(), description="sourced ids of service centers")

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not self.model_fields_set:
            raise ValueError("a condition needs at least one fact")
        return self


class CriterionSettings(Strict):
    """One of the "other criteria": a multiplier of the hours of the schools it applies to."""

    name: Annotated[str, Field(min_length=3, description="shown in explanations")]
    factor: Annotated[Factor, Field(description="the hours are multiplied by this")]
    when: ConditionSettings = Field(description="which schools it applies to")


DEFAULT_WORK = {
    Category.LOGIN: CategorySettings(hours=0.5, opening_multiplier=2),
    Category.SCHEDULING: CategorySettings(hours=1.5, opening_multiplier=4),
    Category.ENROLLMENT: CategorySettings(hours=1, opening_multiplier=3),
    Category.GRADES: CategorySettings(hours=0.75, opening_multiplier=0.5),
}
DEFAULT_CRITERIA = (
    CriterionSettings(
        name="more than one calendar track", factor=1.15, when=ConditionSettings(tracks_at_least=2)
    ),
    CriterionSettings(
        name="special education school or K-12 span school",
        factor=1.25,
        when=ConditionSettings(levels=frozenset({"special_education", "span"})),
    ),
)


class TierSettings(Strict):
    """``triage.tiers``: the support tier of every school."""

    computed_at: time = Field(time(5, 0), description="each morning, in the district's time")
    year_begins: Annotated[str, Field(pattern=r"^\d\d-\d\d$")] = Field(
        "07-01", description="month and day on which `tickets this year` starts from zero"
    )
    thresholds: tuple[float, float, float] = Field(
        (20.0, 10.0, 4.0), description="staff-hours from which a school is in tier 1, 2 and 3"
    )
    hysteresis: float = Field(
        0.1, ge=0, lt=1, description="part below a threshold before a school gets less support"
    )
    half_life_weeks: float = Field(6.0, gt=0, description="age at which a ticket counts half")
    work: Mapping[Category, CategorySettings] = Field(
        default=DEFAULT_WORK, description="hours and opening multiplier by category of ticket"
    )
    unscheduled_share: float = Field(
        0.4, ge=0, le=1, description="part of students without a schedule who will need help"
    )
    unscheduled_hours: float = Field(1.5, ge=0, description="staff-hours for each of them")
    person_hours: float = Field(6.5, gt=0, description="what one person can do at a school a day")
    flag_ratio: float = Field(2.0, gt=1, description="a small school is flagged above this x mean")
    flag_chance: float = Field(0.8, gt=0, lt=1, description="and when at least this likely")
    criteria: tuple[CriterionSettings, ...] = Field(
        DEFAULT_CRITERIA, description="the other criteria; several multiply"
    )

    @model_validator(mode="after")
    def thresholds_fall(self) -> Self:
        first, second, third = self.thresholds
        if not first > second > third > 0:
            raise ValueError("thresholds must fall from tier 1 to tier 3 and stay above 0")
        return self

    def policy(self) -> Policy:
        work = {**DEFAULT_WORK, **self.work}
        return Policy(
            work={name: Work(one.hours, one.opening_multiplier) for name, one in work.items()},
            thresholds=self.thresholds,
            hysteresis=self.hysteresis,
            half_life_weeks=self.half_life_weeks,
            hours_per_unscheduled=self.unscheduled_share * self.unscheduled_hours,
            person_hours=self.person_hours,
            flag_ratio=self.flag_ratio,
            flag_chance=self.flag_chance,
        )

    def declared_criteria(self) -> list[Criterion]:
        return [
            Criterion(one.name, one.factor, Condition(**one.when.model_dump()))
            for one in self.criteria
        ]


class UrgentPeriodSettings(Strict):
    """Days on which some functions cannot wait, such as the last day of a grading window."""

    name: Annotated[str, Field(min_length=3, description="shown as the reason")]
    begins_on: date = Field(description="first day")
    ends_on: date = Field(description="the day after the last")
    functions: frozenset[Function] = Field(frozenset(), description="none means every function")
    urgency: int = Field(1, ge=1, le=3, description="1 is the most urgent")


DEFAULT_URGENCY = {
    Function.LOGIN: 2,
    Function.SCHEDULING: 2,
    Function.ENROLLMENT: 2,
    Function.ATTENDANCE: 2,
    Function.GRADES: 3,
    Function.REPORTS: 3,
    Function.ENGLISH_LEARNERS: 3,
    Function.OTHER: 3,
}


class TicketSettings(Strict):
    """``triage.tickets``: priority is computed from these, never chosen by a requester."""

    impact_from: tuple[int, int] = Field(
        (100, 10), description="students affected from which the impact is high, and medium"
    )
    urgency: Mapping[Function, int] = Field(
        default=DEFAULT_URGENCY, description="1 (high) to 3 (low) by function"
    )
    urgent_periods: tuple[UrgentPeriodSettings, ...] = Field(
        (), description="days on which some functions are more urgent than usual"
    )

    def weighing(self) -> Weighing:
        return Weighing(
            self.impact_from,
            {**DEFAULT_URGENCY, **self.urgency},
            [UrgentPeriod(**one.model_dump()) for one in self.urgent_periods],
        )


class TriageSettings(Strict):
    """``triage``."""

    tiers: TierSettings = Field(TierSettings(), description="support tiers")
    tickets: TicketSettings = Field(TicketSettings(), description="priority of tickets")
