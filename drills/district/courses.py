"""The catalogue: what is taught in each grade, and which six courses make a full day."""

from collections.abc import Iterator
from dataclasses import dataclass

from drills.district.shapes import GRADES

PERIODS = 6


@dataclass(frozen=True)
class Course:
    number: int
    title: str
    code: str
    grade: str
    subject: str

    @property
    def sourced_id(self) -> str:
        return f"CRS-{self.number:04d}"


_MIDDLE = {
    "English": "English",
    "Mathematics": "Mathematics",
    "Science": "Science",
    "History": "Social studies",
    "Physical Education": "Physical education",
}
_HIGH = (
    ("English 9", "English 10", "American Literature", "Expository Composition"),
    ("Algebra 1", "Geometry", "Algebra 2", "Precalculus"),
    ("Biology", "Chemistry", "Physics", "Environmental Science"),
    ("World Geography", "World History", "United States History", "Government and Economics"),
    ("Physical Education 9", "Physical Education 10", "Health", "Dance and Fitness"),
)
ELECTIVES = (
    "Visual Arts", "Orchestra", "Spanish", "Computer Science", "Drama", "Journalism",
    "Korean", "Leadership",
)  # fmt: skip
_SUBJECTS = ("English", "Mathematics", "Science", "Social studies", "Physical education")


def _titles(grade: str) -> Iterator[tuple[str, str]]:
    """(title, subject) for each course of a grade, homeroom first."""
    yield f"Homeroom {grade}", "Homeroom"
    if grade in ("09", "10", "11", "12"):
        year = int(grade) - 9
        yield from zip((titles[year] for titles in _HIGH), _SUBJECTS, strict=True)
    elif int(grade.replace("KG", "0")) >= 6:
        yield from ((f"{title} {int(grade)}", subject) for title, subject in _MIDDLE.items())
    else:
        return
    yield from ((f"{title} {int(grade)}", "Elective") for title in ELECTIVES)


def _catalogue() -> tuple[Course, ...]:
    rows = [(grade, *row) for grade in GRADES for row in _titles(grade)]
    return tuple(
        Course(number, title, f"{subject[:3].upper()}{grade}{number:03d}", grade, subject)
        for number, (grade, title, subject) in enumerate(rows)
    )


CATALOGUE = _catalogue()
_BY_GRADE = {grade: [c.number for c in CATALOGUE if c.grade == grade] for grade in GRADES}


def homeroom(grade: int) -> int:
    """Catalogue number of the homeroom of a grade, kindergarten being 0."""
    return _BY_GRADE[GRADES[grade]][0]


def day_of(grade: int) -> list[int]:
    """Catalogue numbers of the five core courses of a grade from the sixth on."""
    return _BY_GRADE[GRADES[grade]][1:PERIODS]


def electives(grade: int) -> list[int]:
    """Catalogue numbers of the courses that may fill the sixth period."""
    return _BY_GRADE[GRADES[grade]][PERIODS:]
