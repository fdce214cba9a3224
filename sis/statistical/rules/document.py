"""The certified document: a month's facts and figures as text that is always the same.

It is JSON with sorted keys and no spaces (after RFC 8785, for whole numbers and texts), so its
SHA-256 says whether anything in it was changed; the facts in it make the figures in it, so anybody
can work the report out again.
"""

import hashlib
import json
from typing import Any

from sis.statistical.rules.facts import MonthFacts, MonthFrame, SectionFacts, StudentFacts
from sis.statistical.rules.policy import StatisticsRules
from sis.statistical.rules.report import MonthReport

Plain = dict[str, Any]

FORMAT = 1


def write_document(facts: MonthFacts, report: MonthReport, rules: StatisticsRules) -> bytes:
    """The document of a report and the facts that it was made from."""
    return canonical(
        {
            "format": FORMAT,
            "frame": _frame(facts.frame),
            "rule": {**rules.plain(), "version": rules.version},
            "inputs": _inputs(facts),
            "figures": _figures(report),
        }
    )


def hash_of(text: bytes) -> str:
    """The SHA-256 of a document, in hexadecimal digits."""
    return hashlib.sha256(text).hexdigest()


def canonical(plain: Plain) -> bytes:
    """JSON that is the same text for the same values; dates are ISO 8601."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
    return text.encode()


def _frame(frame: MonthFrame) -> Plain:
    return {
        "school_id": frame.school_id,
        "track": frame.track,
        "school_year": frame.school_year,
        "number": frame.number,
        "opens_on": frame.opens_on,
        "starts_on": frame.starts_on,
        "ends_on": frame.ends_on,
        "full": frame.full,
        "form": frame.form,
        "days": list(zip(map(str, frame.days.days), frame.days.day_types, strict=True)),
        "over": frame.days.over,
    }


def _inputs(facts: MonthFacts) -> Plain:
    return {
        "sections": [_section(facts.sections[key]) for key in sorted(facts.sections)],
        "students": [_student(student) for student in facts.students],
        "bells": {
            day_type: {label: [ring.starts_at, ring.ends_at] for label, ring in rings.items()}
            for day_type, rings in facts.bells.by_day_type.items()
        },
    }


def _section(section: SectionFacts) -> Plain:
    return {
        "id": section.id,
        "title": section.title,
        "homeroom": section.homeroom,
        "periods": section.periods,
    }


def _student(student: StudentFacts) -> Plain:
    return {
        "id": student.person_id,
        "stays": student.stays,
        "seats": student.seats,
        "reports": student.reports,
        "missed": student.missed,
    }


def _figures(report: MonthReport) -> Plain:
    return {
        "day_parts": report.day_parts,
        "grades": report.grades,
        "sections": report.sections,
        "lines": report.lines,
        "checks": report.checks,
        "faults": report.faults,
        "unsubmitted": report.unsubmitted,
    }
