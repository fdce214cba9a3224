"""OneRoster's vocabularies and the small arithmetic of an import."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

STATUSES = ("active", "tobedeleted")
SESSION_TYPES = ("gradingPeriod", "semester", "schoolYear", "term")
ORGANIZATION_TYPES = ("department", "district", "local", "national", "school", "state")
CLASS_TYPES = ("homeroom", "scheduled")
# aide is a word of 1.1's users that real sets use for enrolments too
ENROLLMENT_ROLES = ("administrator", "aide", "proctor", "student", "teacher")
ROLES = (
    "administrator",  # 1.1
    "aide",
    "counselor",
    "districtAdministrator",
    "guardian",
    "parent",
    "principal",
    "proctor",
    "relative",
    "siteAdministrator",
    "student",
    "systemAdministrator",
    "teacher",
)
ROLE_TYPES = ("primary", "secondary")
SCORE_STATUSES = (
    "exempt",
    "fully graded",
    "not submitted",
    "partially graded",
    "submitted",
)
SEXES = ("female", "male", "other", "unspecified")
LEVELS = (
    "alternative",
    "continuation",
    "elementary",
    "high",
    "middle",
    "other",
    "span",
    "special_education",
)
# Common Education Data Standards, entry grade level
GRADES = (
    "IT",
    "PR",
    "PK",
    "TK",
    "KG",
    *(f"{grade:02}" for grade in range(1, 14)),
    "PS",
    "UG",
    "Other",
)

SOURCED_ID = r"^[0-9A-Za-z.\-_/@]{1,255}$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
DATE_TIME = r"^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d+)?(Z|[+-]\d{2}:\d{2})$"
OBJECTIVE_SOURCE = r"^(case|unknown|/[a-z0-9]+)$"
MAX_BYTES = 4000
ATTENDING = "|class"
"""Ends the derived id of an enrolment that was made because the student is in a class."""


_PAIRS = re.compile(r"\{[^:{}]*:[^{}]*\}(,\s*\{[^:{}]*:[^{}]*\})*")
_PAIR = re.compile(r"\{([^:{}]*):([^{}]*)\}")


def scale_pairs(text: str) -> list[tuple[str, str]]:
    """``{90-100:A},{80-89:B}`` as pairs; none when it is not written so."""
    return _PAIR.findall(text) if _PAIRS.fullmatch(text.strip()) else []


def write_pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """The same, the other way."""
    return ",".join(f"{{{left}:{right}}}" for left, right in pairs)


def list_objectives(objectives: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A learningObjectiveSet of the REST binding as rows of the CSV binding: source,
    learningObjectiveId, and for a result score and textScore.
    """
    rows: list[dict[str, Any]] = []
    for one in objectives:
        source = one["source"]
        for name in one.get("learningObjectiveIds", ()):
            rows.append({"source": source, "learningObjectiveId": name})
        rows += [{"source": source, **found} for found in one.get("learningObjectiveResults", ())]
    return rows


def group_objectives(rows: Iterable[Mapping[str, Any]], *, scored: bool) -> list[dict[str, Any]]:
    """The other way: one entry for each source. Of rows for the same objective the last counts."""
    sources: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        said = {name: value for name, value in row.items() if name != "source"}
        kept = {name: value for name, value in said.items() if value is not None}
        sources.setdefault(row["source"], {})[row["learningObjectiveId"]] = kept
    name = "learningObjectiveResults" if scored else "learningObjectiveIds"
    return [
        {"source": source, name: list(found.values() if scored else found)}
        for source, found in sources.items()
    ]


def canonical_grades() -> dict[str, str]:
    """How real sets write a grade, in lower case, to how OneRoster writes it."""
    words = {grade.lower(): grade for grade in GRADES}
    words |= {str(grade): f"{grade:02}" for grade in range(1, 10)}
    return words | {"k": "KG", "pre-k": "PK", "prek": "PK"}


def derived_id(user: str, organization: str) -> str:
    """The source's id of an enrolment that the source does not number itself.

    The bar is not in the alphabet of sourcedIds, so it meets no real one.
    """
    return f"{user}|{organization}"


def ids_in_a_circle(parents: Mapping[str, str]) -> set[str]:
    """The ids that are their own ancestors, from child to parent ids."""
    safe: set[str] = set()
    circular: set[str] = set()
    for start in parents:
        path: list[str] = []
        at: str | None = start
        while at is not None and at not in safe and at not in circular and at not in path:
            path.append(at)
            at = parents.get(at)
        if at is not None and at in path:
            circular.update(path[path.index(at) :])
        safe.update(set(path) - circular)
    return circular


def shortened(value: str, limit: int = 60) -> str:
    """A value on one line, fit for a report."""
    line = " ".join(value.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"
