"""Why a school is in its tier, in sentences that a principal can read and check."""

from datetime import date

from triage.tiers.rules.forecast import Forecast
from triage.tiers.rules.need import LEAST_SUPPORT, Category, Policy

CATEGORY_LABELS = {
    Category.LOGIN: "sign-in",
    Category.SCHEDULING: "scheduling",
    Category.ENROLLMENT: "enrollment",
    Category.GRADES: "grades",
}
LEVEL_LABELS = {
    "elementary": "elementary schools",
    "middle": "middle schools",
    "high": "high schools",
    "span": "span schools",
    "continuation": "continuation schools",
    "alternative": "alternative schools",
    "special_education": "special education schools",
}


def hours_text(hours: float) -> str:
    """Hours as people say them: one decimal below 10, whole above."""
    text = f"{hours:.1f}" if hours < 10 else f"{hours:.0f}"
    text = text.removesuffix(".0")
    return f"{text} staff-hour" if text == "1" else f"{text} staff-hours"


def sentences(one: Forecast, on: date, schools: int, policy: Policy) -> list[str]:
    """The whole explanation; ``on`` is the day that the forecast is for."""
    return [
        _counts(one),
        (
            "We add the average experience of similar schools "
            f"({LEVEL_LABELS.get(one.school.level, 'schools of the same kind')}), "
            "so a few tickets neither damn nor hide you."
        ),
        *_unscheduled(one),
        *(f"Because of {c.name}, the hours count {c.factor:g} times." for c in one.criteria),
        f"That predicts {hours_text(one.hours)} on {on:%A}: tier {one.tier}.",
        _threshold(one, policy),
        *_flags(one, policy),
        (
            f"By this forecast the school is number {one.rank} of {schools}; by the bare number of"
            f" tickets it would be number {one.raw_rank}."
        ),
    ]


def _counts(one: Forecast) -> str:
    parts = [
        f"{c.tickets:,} {CATEGORY_LABELS[c.category]} ticket{'' if c.tickets == 1 else 's'}"
        for c in one.categories
        if c.tickets
    ]
    said = ", ".join(parts) if parts else "no tickets in the weeks before this one"
    return f"Your school: {one.school.students:,} students; {said}."


def _unscheduled(one: Forecast) -> list[str]:
    if not one.unscheduled:
        return []
    who = "student has" if one.unscheduled == 1 else "students have"
    return [
        f"{one.unscheduled:,} {who} no complete schedule now: {hours_text(one.unscheduled_hours)}."
    ]


def _threshold(one: Forecast, policy: Policy) -> str:
    if one.tier < one.plain_tier:
        begins = policy.thresholds[one.tier - 1]
        return (
            f"Tier {one.tier} begins at {begins:g} hours. The school was in it, and is not clearly"
            " below, so it keeps that support today."
        )
    if one.tier == LEAST_SUPPORT:
        return f"Tier {LEAST_SUPPORT - 1} would begin at {policy.thresholds[-1]:g} hours."
    return f"Tier {one.tier} begins at {policy.thresholds[one.tier - 1]:g} hours."


def _flags(one: Forecast, policy: Policy) -> list[str]:
    names = [CATEGORY_LABELS[category] for category in one.flagged]
    if not names:
        return []
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return [
        (
            f"For its size the school opens unusually many {listed} tickets: very likely more than"
            f" {policy.flag_ratio:g} times the usual rate. Somebody should ask why."
        )
    ]
