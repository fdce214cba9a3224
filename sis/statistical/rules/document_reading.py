"""Reading a certified document back: its figures for a page, its facts to work them out again."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sis.attendance.rules.meetings import Bells, Ring
from sis.statistical.rules.balance import Check, Fault, FaultKind
from sis.statistical.rules.days import MonthDays
from sis.statistical.rules.document import Plain
from sis.statistical.rules.facts import (
    Missed,
    MonthFacts,
    MonthFrame,
    Period,
    Report,
    Seat,
    SectionFacts,
    Stay,
    StudentFacts,
)
from sis.statistical.rules.policy import Form
from sis.statistical.rules.report import MonthReport, Unsubmitted
from sis.statistical.rules.smasr import Line, SectionTotal
from sis.statistical.rules.standing import Count
from sis.statistical.rules.summary import GradeLine


@dataclass(frozen=True)
class Document:
    """What was certified: the figures, the titles of the sections as they were, and the rule."""

    report: MonthReport
    titles: Mapping[int, str]
    rule: Plain


def read_document(text: bytes) -> Document:
    """The parts of a document that ``write_document`` made."""
    plain: Plain = json.loads(text)
    titles = {one["id"]: one["title"] for one in plain["inputs"]["sections"]}
    report = _figures(plain["figures"], _frame(plain["frame"]))
    return Document(report, titles, plain["rule"])


def read_facts(text: bytes) -> MonthFacts:
    """The facts in a document, from which ``month_report`` makes its figures again."""
    plain: Plain = json.loads(text)
    inputs = plain["inputs"]
    return MonthFacts(
        frame=_frame(plain["frame"]),
        sections={one["id"]: _section(one) for one in inputs["sections"]},
        students=[_student(one) for one in inputs["students"]],
        bells=Bells({day_type: _rings(rings) for day_type, rings in inputs["bells"].items()}),
    )


def _frame(plain: Plain) -> MonthFrame:
    return MonthFrame(
        school_id=plain["school_id"],
        track=plain["track"],
        school_year=plain["school_year"],
        number=plain["number"],
        opens_on=date.fromisoformat(plain["opens_on"]),
        starts_on=date.fromisoformat(plain["starts_on"]),
        ends_on=date.fromisoformat(plain["ends_on"]),
        full=plain["full"],
        form=Form(plain["form"]),
        days=MonthDays(
            tuple(date.fromisoformat(on) for on, _ in plain["days"]),
            tuple(day_type for _, day_type in plain["days"]),
            plain["over"],
        ),
    )


def _rings(plain: Plain) -> dict[str, Ring]:
    return {
        label: Ring(time.fromisoformat(begins), time.fromisoformat(ends))
        for label, (begins, ends) in plain.items()
    }


def _section(plain: Plain) -> SectionFacts:
    periods = tuple(Period(*period) for period in plain["periods"])
    return SectionFacts(plain["id"], plain["title"], plain["homeroom"], periods)


def _student(plain: Plain) -> StudentFacts:
    return StudentFacts(
        plain["id"],
        tuple(Stay(grade, _date(begins), _date(ends)) for grade, begins, ends in plain["stays"]),
        tuple(Seat(*seat) for seat in plain["seats"]),
        tuple(Report(*report) for report in plain["reports"]),
        tuple(Missed(*missed) for missed in plain["missed"]),
    )


def _date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _figures(plain: Plain, frame: MonthFrame) -> MonthReport:
    return MonthReport(
        frame=frame,
        day_parts=plain["day_parts"],
        grades=tuple(GradeLine(*_counted(line)) for line in plain["grades"]),
        sections=tuple(SectionTotal(*_counted(line)) for line in plain["sections"]),
        lines=tuple(_line(line) for line in plain["lines"]),
        checks=tuple(Check(*check) for check in plain["checks"]),
        faults=tuple(Fault(FaultKind(kind), *rest) for kind, *rest in plain["faults"]),
        unsubmitted=tuple(Unsubmitted(*one) for one in plain["unsubmitted"]),
    )


def _counted(line: list[Any]) -> list[Any]:
    """The line with its last value, a list, as a Count."""
    return [*line[:-1], Count(*line[-1])]


def _line(line: list[Any]) -> Line:
    section, person, grade, marks, details, not_enrolled, counted = line
    return Line(section, person, grade, marks, tuple(details), not_enrolled, Count(*counted))
