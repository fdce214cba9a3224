"""What a course of the catalog must have.

Source: UC/CSU A-G subject areas (A history to G elective); a semester course is 5 credits.
"""

from dataclasses import dataclass

A_G_AREAS = "ABCDEFG"
LONGEST = 200
MOST_CREDITS = 100
MOST_PLANNED = 10_000


@dataclass(frozen=True)
class CoursePlan:
    """A course as somebody wants it; ``credits`` are those of one term, None when it has none."""

    title: str
    code: str
    grades: str | None = None
    subjects: str | None = None
    credits: float | None = None
    a_g_area: str | None = None


def course_problems(plan: CoursePlan) -> dict[str, str]:
    """What is wrong with it, by field; empty when nothing is."""
    wrong = {}
    for name, text in (("title", plan.title), ("code", plan.code)):
        if not text.strip() or len(text) > LONGEST:
            wrong[name] = f"Give the course a {name} of at most {LONGEST} characters."
    for name, optional in (("grades", plan.grades), ("subjects", plan.subjects)):
        if optional and len(optional) > LONGEST:
            wrong[name] = f"Use at most {LONGEST} characters."
    if plan.credits is not None and not 0 <= plan.credits <= MOST_CREDITS:
        wrong["credits"] = f"Give a number from 0 to {MOST_CREDITS}, or nothing."
    if plan.a_g_area is not None and plan.a_g_area not in A_G_AREAS:
        wrong["a_g_area"] = f"Choose one of the areas {A_G_AREAS[0]} to {A_G_AREAS[-1]}, or none."
    return wrong


def offering_problems(sections: int, seats: int) -> dict[str, str]:
    """What is wrong with a plan of so many sections and seats, by field."""
    numbers = {"planned_sections": sections, "planned_seats": seats}
    return {
        name: f"Give a number from 0 to {MOST_PLANNED:,}."
        for name, number in numbers.items()
        if not 0 <= number <= MOST_PLANNED
    }
