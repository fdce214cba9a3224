"""What becomes of a course's sections when the term ends, and why something stays behind.

Source: sis-rules, "Rollover twice gives the same result as once", and the real failures of 2014:
partial rollovers, blank names, required codes left unassigned.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID, uuid5

_NAMESPACE = UUID("8f0c6a52-3b0e-5c7d-9a41-6a1d1f2b7c10")

SECONDARY_LEVELS = frozenset({"middle", "high", "span", "continuation", "alternative"})
"""Levels of schools with semester schedules; assumed."""


class Action(StrEnum):
    """What a rule does with a section of its course."""

    CONTINUE = "continue"
    RENEW = "renew"
    MAP = "map"
    END = "end"


class How(StrEnum):
    """How a section came into the new term."""

    CREATED = "created"
    MATCHED = "matched"
    CONTINUED = "continued"


class Reason(StrEnum):
    """Why a section or a placement was not carried over."""

    COURSE_ENDS = "course_ends"
    CANCELLED = "section_cancelled"
    LEFT = "left_school"
    PERIOD_TAKEN = "period_taken"
    FULL = "section_full"
    CHANGED = "changed_since"
    TWICE = "placed_twice"


REASON_LABELS: Mapping[Reason, str] = {
    Reason.COURSE_ENDS: "the course ends with the term",
    Reason.CANCELLED: "its new section was cancelled after an earlier rollover",
    Reason.LEFT: "the student is not enrolled when the new term begins",
    Reason.PERIOD_TAKEN: "the student has another section in that period already",
    Reason.FULL: "the section that was there already is full",
    Reason.CHANGED: "rolled over before, and taken out by hand since",
    Reason.TWICE: "the student was in the section twice; the other placement was carried over",
}


@dataclass(frozen=True)
class Rule:
    """``to_course_id`` is the course that a MAP goes on with."""

    action: Action
    to_course_id: int | None = None


RENEW = Rule(Action.RENEW)
Rules = Mapping[tuple[int | None, int | None], Rule]
"""(school id or None, course id or None) to the rule."""


def rule_for(rules: Rules, school_id: int, course_id: int | None) -> Rule:
    """The first of: the school's rule for the course, the district's, the school's for every
    course, the district's for every course, RENEW.
    """
    for key in ((school_id, course_id), (None, course_id), (school_id, None), (None, None)):
        if key in rules and (course_id is not None or key[1] is None):
            return rules[key]
    return RENEW


def stable_key(stamp: str, key: str) -> str:
    """The sourced id of what ``key`` becomes in the run and attempt that ``stamp`` names."""
    return str(uuid5(_NAMESPACE, f"{stamp}/{key}"))


def new_title(title: str, course_title: str | None, action: Action) -> str:
    """The name of a new section: never blank. A mapped one is called after its course."""
    mapped = (course_title or "").strip() if action is Action.MAP else ""
    return mapped or title.strip() or (course_title or "").strip() or "Section"
