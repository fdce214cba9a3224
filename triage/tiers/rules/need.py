"""From rates to staff-hours, and from hours to a tier (1 = most support, 4 = least)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """The kinds of tickets that the forecast tells apart."""

    LOGIN = "login"
    SCHEDULING = "scheduling"
    ENROLLMENT = "enrollment"
    GRADES = "grades"


LEAST_SUPPORT = 4


@dataclass(frozen=True)
class Work:
    """What one ticket of a category costs in hours, and how many times usual the opening brings."""

    hours: float
    opening_multiplier: float


@dataclass(frozen=True)
class Policy:
    """The district's numbers; their defaults stand in triage/settings.py."""

    work: Mapping[Category, Work]
    thresholds: tuple[float, float, float] = (20.0, 10.0, 4.0)
    hysteresis: float = 0.1
    half_life_weeks: float = 6.0
    hours_per_unscheduled: float = 0.6
    person_hours: float = 6.5
    flag_ratio: float = 2.0
    flag_chance: float = 0.8


def ticket_hours(rate: float, thousands: float, work: Work) -> float:
    """Staff-hours on day one for one category of a school with ``thousands`` x 1000 students."""
    return work.hours * work.opening_multiplier * rate * thousands


def need_hours(
    by_category: Mapping[Category, float],
    unscheduled: int,
    factors: Sequence[float],
    policy: Policy,
) -> float:
    """All hours of a school: tickets to come, students without a schedule, other criteria."""
    hours = sum(by_category.values()) + unscheduled * policy.hours_per_unscheduled
    for factor in factors:
        hours *= factor
    return hours


def plain_tier(hours: float, thresholds: tuple[float, float, float]) -> int:
    """The tier by the thresholds alone; a threshold reached counts."""
    for tier, threshold in enumerate(thresholds, start=1):
        if hours >= threshold:
            return tier
    return LEAST_SUPPORT


def tier_for(hours: float, policy: Policy, previous: int | None = None) -> int:
    """The tier, given yesterday's: support grows at once, and shrinks only when need has fallen
    clearly (by ``hysteresis``) below the threshold, so that a school does not swing every day.
    """
    now = plain_tier(hours, policy.thresholds)
    if previous is None or now <= previous:
        return now
    return max(previous, plain_tier(hours / (1 - policy.hysteresis), policy.thresholds))


def value_of_person(hours: float, k: int, person_hours: float = 6.5) -> float:
    """Hours of need that the ``k``-th person (from 1) sent to a school takes away."""
    return min(max(hours - person_hours * (k - 1), 0.0), person_hours)
